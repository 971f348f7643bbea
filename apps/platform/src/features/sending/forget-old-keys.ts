// Deletes keys of requests after a day: nobody repeats a request that late.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { deleteKeysBefore } from './store.ts';

const keptForMilliseconds = 24 * 3600 * 1000;
const rowsTogether = 5000;
/** A run ends after so many, because other upkeep waits for it; the next one goes on. */
const batchesMax = 200;

export async function forgetOldKeys(db: Pool, now: Date): Promise<void> {
  const before = new Date(now.getTime() - keptForMilliseconds);
  for (let batch = 0; batch < batchesMax; batch += 1) {
    if ((await deleteKeysBefore(db, before, rowsTogether)) < rowsTogether) return;
  }
}
