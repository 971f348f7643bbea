// Lets the feed show events that came with a dump. They bring the numbers of another server's transactions, and the feed
// would take those that are higher than ours for transactions that are still to come, and not show them for years.

import type { Pool, Queryable } from '@pennyblack/runtime/database/database.ts';
import { deleteNumbering, listServersWithEvents, readNumbering, renumberFuture, writeNumbering } from './store.ts';

const batchMax = 5000;

/** Once for each start, before anything reads the feed. Answers how many it changed; zero on the server it knows. */
export async function renumberEvents(db: Pool): Promise<number> {
  const { known, present } = await readNumbering(db);
  if (known === present) return 0;
  let renumbered = 0;
  for (const serverId of await listServersWithEvents(db)) {
    let changed: number;
    do {
      changed = await renumberFuture(db, serverId, batchMax);
      renumbered += changed;
    } while (changed === batchMax);
  }
  // Last, so that a crash before it begins again.
  await writeNumbering(db, present);
  return renumbered;
}

/**
 * For a database that was restored: the next start gives it another epoch, so that readers who have seen more than it knows go
 * on by time. Without that they would miss what it records under the numbers of transactions that they have passed.
 */
export async function forgetNumbering(db: Queryable): Promise<void> {
  await deleteNumbering(db);
}
