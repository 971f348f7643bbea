// For tests of the feed: waits until everything that is committed now can be read.

import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '@pennyblack/runtime/database/database.ts';

/** The feed waits for transactions of the whole PostgreSQL server, and other test files run on it too. */
export async function untilSettled(db: Database): Promise<void> {
  const [mine] = await db.accept.query<{ id: string }>`select pg_current_xact_id()::text as id`;
  for (;;) {
    const rows = await db.reads.query`
      select 1 where pg_snapshot_xmin(pg_current_snapshot()) > ${mine?.id ?? ''}::xid8`;
    if (rows.length > 0) return;
    await wait(5);
  }
}
