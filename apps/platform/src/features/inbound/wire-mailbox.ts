// A mailbox as Postmark's inbound answers and webhook write it.

import { formatMailboxForDisplay } from '@pennyblack/email/address/format-mailbox.ts';
import { mailboxHashOf } from '@pennyblack/email/address/mailbox-hash.ts';
import type { InboundMailbox } from '@pennyblack/email/inbound/inbound-mail.ts';

export type WireMailbox = { Email: string; Name: string; MailboxHash: string };

export function toWireMailbox({ name, address }: InboundMailbox): WireMailbox {
  return { Email: address, Name: name, MailboxHash: mailboxHashOf(address) };
}

export function toWireMailboxList(mailboxes: readonly InboundMailbox[]): string {
  return mailboxes.map(formatMailboxForDisplay).join(', ');
}
