// Removes a sender signature. Its domain stays.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { announceDirectoryChange } from '../accounts/announce-change.ts';
import { findOwnSignature } from './read-senders.ts';
import { deleteSignatureRow } from './store.ts';

/** Answers the address. */
export async function deleteSender(db: Pool, accountId: number, senderId: number | undefined): Promise<string> {
  return db.transaction(async tx => {
    const signature = await findOwnSignature(tx, accountId, senderId);
    const address = await deleteSignatureRow(tx, signature.senderId);
    if (address === undefined) throw new Refusal('signature_not_found');
    await announceDirectoryChange(tx);
    return address;
  });
}
