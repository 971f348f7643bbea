// Reads which addresses the fields To and Cc of a submitted message name. What cannot be read is passed over: the envelope
// decides who gets the message, and these fields only say under which name. Source: RFC 5322 3.4, groups included.

import { addressKey } from '../address/address-key.ts';
import type { Mailbox } from '../address/mailbox.ts';
import { parseMailboxList } from '../address/parse-mailbox-list.ts';

/** No message may have so many recipients; reading fifty thousand takes a second. */
const entriesMax = 1000;

/** By address key; the first mailbox of an address counts. */
export function readHeaderRecipients(value: string): Map<string, Mailbox> {
  const found = new Map<string, Mailbox>();
  for (const entry of entriesOf(value)) {
    const reading = parseMailboxList('To', entry, { allowNonAsciiMailboxes: true });
    if (reading.kind === 'invalid') continue;
    for (const mailbox of reading.mailboxes) {
      const key = addressKey(mailbox.address);
      if (!found.has(key)) found.set(key, mailbox);
    }
  }
  return found;
}

/** Cuts at commas, and at the colon and semicolon of groups, outside quotes, comments and angle brackets. */
function entriesOf(text: string): string[] {
  const entries: string[] = [];
  let start = 0;
  let isQuoted = false;
  let isAngle = false;
  let comments = 0;
  for (let position = 0; position < text.length && entries.length < entriesMax; position += 1) {
    const character = text[position];
    if (character === '\\' && (isQuoted || comments > 0)) position += 1;
    else if (character === '"' && comments === 0) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === '(') comments += 1;
    else if (character === ')') comments = Math.max(0, comments - 1);
    else if (comments > 0) continue;
    else if (character === '<') isAngle = true;
    else if (character === '>') isAngle = false;
    else if (!isAngle && (character === ',' || character === ';' || character === ':')) {
      if (character !== ':') entries.push(text.slice(start, position));
      start = position + 1;
    }
  }
  if (entries.length < entriesMax) entries.push(text.slice(start));
  return entries;
}
