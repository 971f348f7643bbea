// Forgets templates that were deleted so long ago that nobody reads them by their id any more.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { deleteDeletedBefore } from './store.ts';

const batchMax = 100;

/** In small steps: a template may be large. */
export async function deleteOldTemplates(db: Pool, before: Date): Promise<void> {
  while ((await deleteDeletedBefore(db, before, batchMax)) === batchMax);
}
