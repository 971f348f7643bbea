// What inbound mail needs of the world.

import type { HeaderField } from '@pennyblack/email/inbound/inbound-mail.ts';
import type { InboundEnvelope } from './inbound-message.ts';

export type MailChecks = {
  /** X-Spam-…, Received-SPF and Authentication-Results, in the order in which they are shown. */
  fields: readonly HeaderField[];
  /** Undefined without a scorer, and when it did not answer. */
  spamScore: number | undefined;
};

/** Checks the sender (SPF, DKIM, DMARC, ARC) and asks for a spam score. Never rejects, and ends within seconds. */
export type CheckMail = (source: Buffer, envelope: InboundEnvelope) => Promise<MailChecks>;

/** For an installation that checks nothing. */
export const checkNothing: CheckMail = async () => ({ fields: [], spamScore: undefined });
