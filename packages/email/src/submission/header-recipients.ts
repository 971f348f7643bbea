// Reads which addresses the fields To and Cc of a submitted message name. What cannot be read is passed over: the envelope
// decides who gets the message, and these fields only say under which name. Source: RFC 5322 3.4, groups included.

import { addressKey } from '../address/address-key.ts';
import { readAddress } from '../address/address-spec.ts';
import type { Mailbox } from '../address/mailbox.ts';
import { readMailboxes } from '../address/read-mailboxes.ts';

/** No message may have so many recipients. */
const entriesMax = 1000;

/** By address key; the first mailbox of an address counts. */
export function readHeaderRecipients(value: string): Map<string, Mailbox> {
  const found = new Map<string, Mailbox>();
  for (const { name, address: written } of readMailboxes(value, entriesMax)) {
    const reading = readAddress(written, { allowNonAsciiMailboxes: true });
    if (reading.kind === 'invalid') continue;
    const { localPart, domain, address } = reading;
    const key = addressKey(address);
    if (!found.has(key)) found.set(key, { name, localPart, domain, address });
  }
  return found;
}
