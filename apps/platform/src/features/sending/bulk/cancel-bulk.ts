// Cancels a bulk request: what was released stays, the rest is never sent. When this has answered, nothing more is released.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import type { BulkProgress } from './bulk-request.ts';
import { readBulk } from './read-bulk.ts';
import { endRequest, lockRequest, markCancelled } from './store.ts';

export type CancelBulk = (serverId: number, bulkId: string, now: Date) => Promise<BulkProgress>;

/** Once it has ended there is nothing to cancel: it stays as it is, and its owner is told so by its status. */
export async function cancelBulk(db: Pool, serverId: number, bulkId: string, now: Date): Promise<BulkProgress> {
  await readBulk(db, serverId, bulkId); // Refuses what is not there.
  // Committed by itself: from now on no new batch begins, so that those under way are all there is to wait for.
  await db.transaction(tx => markCancelled(tx, serverId, bulkId, now));
  await endCancelled(db, { serverId, bulkId }, now);
  return readBulk(db, serverId, bulkId);
}

/** Also for a request whose canceller died between the two transactions. Does nothing to one that has ended. */
export async function endCancelled(
  db: Pool,
  { serverId, bulkId }: { serverId: number; bulkId: string },
  now: Date,
): Promise<void> {
  await db.transaction(async tx => {
    await lockRequest(tx, serverId, bulkId);
    await endRequest(tx, serverId, bulkId, now, 'not_cancelled');
  });
}
