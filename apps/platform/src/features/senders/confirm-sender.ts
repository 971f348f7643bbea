// Marks a From address as confirmed on the operator's word.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { upsertConfirmedSignature } from './store.ts';

export async function confirmSender(
  tx: Tx,
  accountId: number,
  emailAddress: string,
  name: string,
  now: Date,
): Promise<void> {
  await upsertConfirmedSignature(tx, { accountId, emailAddress, addressKey: addressKey(emailAddress), name }, now);
}
