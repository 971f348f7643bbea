// Finds recipients who opened a message or clicked in it, with what an event repeats of the message. They stay locked, so
// that of two processes that hear of the same recipient at once only one records his first open.

import { removedAddress } from '@pennyblack/email/address/replace-address.ts';
import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { lockTrackedRecipients as lockRows, type TrackedRecipientRow } from './store.ts';

export type TrackedRecipient = TrackedRecipientRow;

/** Those whose message is gone, or whose data was erased, are left out. */
export async function lockTrackedRecipients(
  tx: Tx,
  wanted: readonly { serverId: number; messageId: string; recipientNumber: number }[],
): Promise<TrackedRecipient[]> {
  if (wanted.length === 0) return [];
  const rows = await lockRows(tx, wanted);
  return rows.filter(row => row.address !== removedAddress);
}
