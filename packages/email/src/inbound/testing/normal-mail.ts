// Mail as the world sends it, with what has to be read out of it: for the tests of the reader, and for those that send it
// through real servers. Each has From, To, Subject and Message-ID, and can be sent by SMTP as it stands, with 8BITMIME.

import { mailInCharsets } from './charset-mail.ts';
import { clientMail } from './client-mail.ts';
import { headerMail } from './header-mail.ts';
import { structureMail } from './structure-mail.ts';
import { winmail } from './winmail.ts';
import type { NormalMail } from './write-mail.ts';

export type { NormalMail } from './write-mail.ts';

export const normalMail: readonly NormalMail[] = [
  ...clientMail,
  ...headerMail,
  ...structureMail,
  ...winmail,
  ...mailInCharsets,
];
