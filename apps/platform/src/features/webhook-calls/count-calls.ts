// Counts the calls that are still to be made.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { countOpenCalls } from './store.ts';

/** Over all servers, for metrics. */
export async function countCalls(db: Queryable, now: Date): Promise<{ isDue: boolean; count: number }[]> {
  return countOpenCalls(db, now);
}
