// Reads what the header of a received message says: who, to whom, about what, and all its fields for those who want them.
// Source: Postmark's page "Inbound webhook", RFC 5322 3.6.

import { formatMailboxForDisplay } from '../address/format-mailbox.ts';
import { readMailboxes } from '../address/read-mailboxes.ts';
import { decodeEncodedWords } from '../headers/decode-encoded-words.ts';
import { cleanText, rawValueOf, type SourceField } from '../submission/source-fields.ts';
import type { HeaderField, InboundMailbox } from './inbound-mail.ts';

export type InboundHeader = {
  from: InboundMailbox;
  to: InboundMailbox[];
  cc: InboundMailbox[];
  subject: string;
  replyTo: string;
  date: string;
  tag: string;
  headers: HeaderField[];
  isReply: boolean;
};

/** Ten times what any server takes in one transaction. */
export const mailboxesMax = 10_000;
/** As much as so many addresses need. What stands behind it is not read. */
const addressTextMax = 500_000;

/** Of all values together. Postfix passes on a header of 100 KB; words behind so much stay encoded. */
const decodedTextMax = 2_000_000;

/** Keys of their own in the webhook, or of no use without the source. */
const leftOut: ReadonlySet<string> = new Set([
  'from',
  'to',
  'cc',
  'bcc',
  'subject',
  'date',
  'reply-to',
  'content-type',
]);

export function readHeader(source: Buffer, fields: readonly SourceField[]): InboundHeader {
  const addresses = new Map<string, string>();
  const texts = new Map<string, string>();
  const headers: HeaderField[] = [];
  let isReply = false;
  let textLeft = decodedTextMax;
  const decode = (value: string) => {
    if (!value.includes('=?')) return value;
    textLeft -= value.length;
    return textLeft < 0 ? value : decodeEncodedWords(value);
  };
  for (const field of fields) {
    const name = field.lowerName;
    if (name === 'to' || name === 'cc') {
      // RFC 5322 allows one; where there are several, all are meant.
      const before = addresses.get(name);
      if (before !== undefined && before.length > addressTextMax) continue;
      const value = rawValueOf(source, field).slice(0, addressTextMax);
      addresses.set(name, before ? `${before}, ${value}` : value);
    } else if (leftOut.has(name)) {
      if (!texts.get(name)) texts.set(name, rawValueOf(source, field));
    } else {
      const value = decode(rawValueOf(source, field));
      headers.push({ name: field.name, value: cleanValue(value) });
      if (name === 'in-reply-to' || name === 'references') isReply ||= value !== '';
      if (name === 'x-tag' && !texts.get(name)) texts.set(name, value);
    }
  }
  const textOf = (name: string) => cleanText(decode(texts.get(name) ?? ''));
  return {
    from: readFrom(texts.get('from') ?? ''),
    to: readRecipients(addresses.get('to') ?? ''),
    cc: readRecipients(addresses.get('cc') ?? ''),
    subject: textOf('subject'),
    replyTo: readReplyTo(texts.get('reply-to') ?? ''),
    date: textOf('date'),
    tag: textOf('x-tag'),
    headers,
    isReply,
  };
}

/** The first that has an address; a name alone is better than nothing. */
function readFrom(text: string): InboundMailbox {
  const mailboxes = readMailboxes(text.slice(0, addressTextMax), mailboxesMax);
  return mailboxes.find(({ address }) => address !== '') ?? mailboxes[0] ?? { name: '', address: '' };
}

function readRecipients(text: string): InboundMailbox[] {
  return readMailboxes(text, mailboxesMax).filter(({ address }) => address !== '');
}

/** As it stands. Where names are encoded it is written anew, because a decoded name may hold a comma. */
function readReplyTo(text: string): string {
  if (!text.includes('=?')) return cleanText(text);
  return readRecipients(text.slice(0, addressTextMax)).map(formatMailboxForDisplay).join(', ');
}

/** Without line breaks and other controls; the tabs of folded fields stay. */
function cleanValue(value: string): string {
  return value
    .replace(/[\x00-\x08\x0a-\x1f\x7f]+/g, ' ')
    .trim()
    .toWellFormed();
}
