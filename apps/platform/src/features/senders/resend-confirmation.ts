// Asks the owner of an address once more.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { isConfirmed, readOwnSignature } from './read-senders.ts';
import { wantConfirmation } from './want-confirmation.ts';

/** Answers the address. @throws Refusal (506) when there is nothing to confirm. */
export async function resendConfirmation(
  deps: { db: Pool; recordEvents: RecordEvents },
  accountId: number,
  senderId: number | undefined,
  now: Date,
): Promise<string> {
  return deps.db.transaction(async tx => {
    const whole = await readOwnSignature(tx, accountId, senderId);
    if (isConfirmed(whole)) throw new Refusal('signature_already_confirmed');
    await wantConfirmation(tx, deps.recordEvents, whole.signature, now);
    return whole.signature.emailAddress;
  });
}
