// Deletes what is left of bulk requests: entries an hour after the end, the request itself as late as messages.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { deleteEndedRequests, deleteEntries, listEndedWithEntries, markWithoutEntries } from './store.ts';

const entriesKeptForMilliseconds = 3_600_000;
const deletedTogether = 5000;

export async function deleteOldBulk(db: Pool, retentionStart: Date, now: Date): Promise<void> {
  for (const { serverId, bulkId } of await listEndedWithEntries(
    db,
    new Date(now.getTime() - entriesKeptForMilliseconds),
  )) {
    while ((await deleteEntries(db, serverId, bulkId, deletedTogether)) > 0);
    await markWithoutEntries(db, serverId, bulkId);
  }
  await deleteEndedRequests(db, retentionStart);
}
