// Adds deltas up. A delta leaves and is added in one statement, so a count is never lost, doubled or seen twice, wherever
// the process dies.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { deleteHoursBefore, foldDeltas as foldBatch } from './store.ts';

const batchMax = 2000;
/** One run may end before everything is folded, so that other upkeep gets its turn. */
const batchesMax = 500;

/** Answers how many deltas went. */
export async function foldDeltas(db: Pool): Promise<number> {
  let folded = 0;
  for (let batch = 0; batch < batchesMax; batch += 1) {
    const taken = await foldBatch(db, batchMax);
    folded += taken;
    if (taken < batchMax) break;
  }
  return folded;
}

/** Hours are kept this long for the days of other time zones; readers ask for one day less (read-stats.ts). */
export const hoursKeptDays = 100;

const oneDayInMilliseconds = 86_400_000;
const deletedMax = 5000;

export async function deleteOldHours(db: Pool, now: Date): Promise<void> {
  const before = new Date(now.getTime() - hoursKeptDays * oneDayInMilliseconds);
  let deleted: number;
  do {
    deleted = await deleteHoursBefore(db, before, deletedMax);
  } while (deleted === deletedMax);
}
