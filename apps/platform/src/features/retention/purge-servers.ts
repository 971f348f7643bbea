// Removes the data of deleted servers. What a process still had in hand when the server was deleted may be written a
// moment later, so a server counts as gone only when a pass an hour after its deletion found nothing any more.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { endServer, findServersToPurge } from '../servers/delete-server.ts';
import { purgeData } from './purge-data.ts';

const batchesOfOneRunMax = 500;
const millisecondsUntilNothingIsInHand = 3_600_000;

export async function purgeDeletedServers(db: Pool, now: Date, batchesMax: number = batchesOfOneRunMax): Promise<void> {
  const budget = { batches: batchesMax };
  for (const { serverId, deletedAt } of await findServersToPurge(db)) {
    const { rows, isDone } = await purgeData(db, { serverId }, budget, now);
    if (!isDone) return;
    const isNothingInHand = deletedAt.getTime() + millisecondsUntilNothingIsInHand <= now.getTime();
    if (rows === 0 && isNothingInHand) await db.transaction(tx => endServer(tx, serverId, now));
  }
}
