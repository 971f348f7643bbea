// Finds where answers go when a message does not say so. Source: Postmark's Email API ("defaults to the Reply To set in the
// sender signature").

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { readAddress } from '@pennyblack/email/address/address-spec.ts';
import type { Mailbox } from '@pennyblack/email/address/mailbox.ts';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { findReplyTo } from './store.ts';

export async function findDefaultReplyTo(
  db: Queryable,
  accountId: number,
  fromAddress: string,
): Promise<Mailbox | undefined> {
  const stored = await findReplyTo(db, accountId, addressKey(fromAddress));
  if (stored === undefined) return undefined;
  const reading = readAddress(stored, { allowNonAsciiMailboxes: true });
  if (reading.kind !== 'address') return undefined;
  const { localPart, domain, address } = reading;
  return { name: '', localPart, domain, address };
}
