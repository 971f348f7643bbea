// Removes the data of streams that were archived 45 days ago, then the streams themselves.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { endStream, findStreamsToPurge } from '../streams/archive-stream.ts';
import { purgeData } from './purge-data.ts';

const batchesOfOneRunMax = 500;

export async function purgeArchivedStreams(
  db: Pool,
  now: Date,
  batchesMax: number = batchesOfOneRunMax,
): Promise<void> {
  const budget = { batches: batchesMax };
  for (const { serverId, streamId } of await findStreamsToPurge(db, now)) {
    const { isDone } = await purgeData(db, { serverId, streamId }, budget, now);
    if (!isDone) return;
    await db.transaction(tx => endStream(tx, serverId, streamId));
  }
}
