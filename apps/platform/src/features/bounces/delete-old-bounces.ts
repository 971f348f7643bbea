// Deletes bounces whose retention time is over, and reports after 30 days, in batches that lock little and end soon.

import type { Pool, Queryable } from '@pennyblack/runtime/database/database.ts';
import { dumpKeptForDays } from './bounce-dump.ts';
import { deleteOldBounces as deleteBounces, deleteOldDumps as deleteDumps } from './store.ts';

const batchMax = 1000;
const batchesMax = 1000;

type DeleteBatch = (db: Queryable, before: Date, limit: number) => Promise<number>;

async function deleteInBatches(db: Pool, before: Date, deleteBatch: DeleteBatch): Promise<void> {
  for (let batch = 0; batch < batchesMax; batch += 1) {
    if ((await deleteBatch(db, before, batchMax)) < batchMax) return;
  }
}

/** A bounce that goes before its report is 30 days old takes the report with it. */
export async function deleteOldBounces(db: Pool, before: Date): Promise<void> {
  await deleteInBatches(db, before, deleteDumps);
  await deleteInBatches(db, before, deleteBounces);
}

export async function deleteOldDumps(db: Pool, now: Date): Promise<void> {
  await deleteInBatches(db, new Date(now.getTime() - dumpKeptForDays * 86_400_000), deleteDumps);
}
