// Deletes bounces whose retention time is over, in batches that lock little and end soon.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { deleteOldBounces as deleteBatch } from './store.ts';

const batchMax = 1000;
const batchesMax = 1000;

export async function deleteOldBounces(db: Pool, before: Date): Promise<void> {
  for (let batch = 0; batch < batchesMax; batch += 1) {
    if ((await deleteBatch(db, before, batchMax)) < batchMax) return;
  }
}
