// Counts what is still to be released, over all servers.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { countWaitingEntries } from './store.ts';

export async function countWaiting(db: Queryable): Promise<number> {
  return countWaitingEntries(db);
}
