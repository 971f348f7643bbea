// Compares this process's clock with the database's.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { readDatabaseTime } from './store.ts';

/** Leases, due times and ids assume that clocks agree; a larger difference refuses the start. */
export const clockDifferenceMaxInSeconds = 5;

/** Positive when our clock is ahead. In seconds. */
export async function measureClockDifference(db: Queryable, now: () => Date): Promise<number> {
  const before = now().getTime();
  const databaseTime = await readDatabaseTime(db);
  const after = now().getTime();
  return ((before + after) / 2 - databaseTime.getTime()) / 1000;
}
