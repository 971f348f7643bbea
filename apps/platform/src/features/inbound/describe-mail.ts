// What is kept of a mail beside its source: what searches and lists show. Nothing that a stranger wrote may be refused by
// PostgreSQL: no NUL, no lone surrogates, nothing too long for an index.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import type { InboundMail, InboundMailbox } from '@pennyblack/email/inbound/inbound-mail.ts';
import type { AttachmentSummary, InboundDescription } from './inbound-message.ts';
import { hiddenRecipient } from './read-post.ts';

/** The mail without the contents of its attachments. */
export type MailSummary = Omit<InboundMail, 'attachments'> & { attachments: readonly AttachmentSummary[] };

/** RFC 5321 4.5.3.1 allows 320 bytes; an entry of an index holds 2700. */
const keyCharactersMax = 500;
/** As many characters of X-Tag are searched and shown; what is posted is whole. Postmark's own limit is 1000. */
const tagCharactersMax = 500;
/** More recipients than these are shown, and not found by. */
const recipientKeysMax = 500;

export function summarizeMail(mail: InboundMail): MailSummary {
  const attachments = mail.attachments.map(({ name, contentType, content, contentId }) => ({
    name,
    contentType,
    contentLength: content.length,
    contentId: contentId ?? '',
  }));
  return { ...mail, attachments };
}

export function describeMail(
  { from, to, cc, replyTo, subject, date, tag, attachments }: MailSummary,
  recipient: string,
): InboundDescription {
  const bcc = hiddenRecipient(recipient, { to, cc });
  return storable({ from, to, cc, bcc, replyTo, subject, date, tag: tag.slice(0, tagCharactersMax), attachments });
}

/** An address key for an index; empty when there is none to speak of. */
export function searchKey(address: string): string {
  const key = storable(addressKey(address));
  return key.length > keyCharactersMax ? '' : key;
}

/** Whom the message names, without repetition. */
export function recipientKeys({ to, cc }: { to: readonly InboundMailbox[]; cc: readonly InboundMailbox[] }): string[] {
  const keys = new Set([...to, ...cc].slice(0, recipientKeysMax).map(({ address }) => searchKey(address)));
  keys.delete('');
  return [...keys];
}

/** The same with every text as PostgreSQL takes it. */
export function storable<T>(value: T): T {
  if (typeof value === 'string') return value.replaceAll('\0', '').toWellFormed() as T;
  if (Array.isArray(value)) return value.map(storable) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, storable(inner)])) as T;
}
