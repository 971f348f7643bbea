// Deletes what has outlived its time: open calls whose event is gone (they waited for a paused webhook), and old counts.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import { deleteExpiredCalls, deleteHours } from './store.ts';

const batchMax = 1000;
const batchesMax = 1000;

export async function deleteOldCalls(db: Pool, before: Date): Promise<void> {
  for (let batch = 0; batch < batchesMax; batch += 1) {
    if ((await deleteExpiredCalls(db, firstUuidV7Of(before), batchMax)) < batchMax) return;
  }
}

const hoursKeptInDays = 2;

export async function deleteOldHours(db: Pool, now: Date): Promise<void> {
  await deleteHours(db, new Date(now.getTime() - hoursKeptInDays * 86_400_000));
}
