// Removes all rows of a server, or of one of its streams, in small steps: each is a transaction of its own that locks a
// batch of rows which nobody uses any more. Killed at any moment, it goes on at the next run.

import assert from 'node:assert/strict';
import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { raw, type Sql, sql } from '@pennyblack/runtime/database/sql.ts';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import { type OwnedTable, ownedTables } from './owned-tables.ts';
import { deleteOwnedRows, deleteRowsById, findOwnedValue, listOwnedIds } from './store.ts';

/** What is to go: everything of a server, or what of it belongs to one stream. */
export type Purged = { serverId: number; streamId?: string };

/** How many batches one run may still make, so that other upkeep gets its turn. */
export type Budget = { batches: number };

const batchMax = 1000;
const oneDayInMilliseconds = 86_400_000;

/** Answers how many rows went, and whether all did: not when the budget was used up. */
export async function purgeData(
  db: Pool,
  purged: Purged,
  budget: Budget,
  now: Date,
): Promise<{ rows: number; isDone: boolean }> {
  let rows = 0;
  for (const table of ownedTables) {
    if (purged.streamId !== undefined && table.ofStream === undefined) continue;
    const isDone = await purgeTable(db, table, purged, budget, now, count => {
      rows += count;
    });
    if (!isDone) return { rows, isDone: false };
  }
  return { rows, isDone: true };
}

async function purgeTable(
  db: Pool,
  table: OwnedTable,
  purged: Purged,
  budget: Budget,
  now: Date,
  count: (rows: number) => void,
): Promise<boolean> {
  let after: string | undefined = firstUuidV7Of(new Date(0));
  while (budget.batches > 0 && after !== undefined) {
    const step: Step = await purgeBatch(db, table, purged, after, now);
    // A look at an empty table costs next to nothing, and a run that counted it might never come beyond the first tables.
    if (step.rows > 0) budget.batches -= 1;
    count(step.rows);
    after = step.next;
  }
  return after === undefined;
}

/** `next` is the id after which the next batch begins; undefined when nothing is left in the table. */
type Step = { rows: number; next: string | undefined };

async function purgeBatch(
  db: Pool,
  table: OwnedTable,
  { serverId, streamId }: Purged,
  after: string,
  now: Date,
): Promise<Step> {
  const ofStream = streamId === undefined ? undefined : table.ofStream?.(serverId, streamId);
  assert(streamId === undefined || ofStream !== undefined, 'a stream must not take the whole server with it');
  if (table.partitionedBy !== undefined)
    return purgeIds(db, { ...table, id: table.partitionedBy }, serverId, ofStream, after, now);
  const rows = await deleteOwnedRows(db, table.name, serverId, ofStream, batchMax);
  return { rows, next: rows < batchMax ? undefined : after };
}

async function purgeIds(
  db: Pool,
  { name, id, within, followers = [] }: OwnedTable & { id: string },
  serverId: number,
  ofStream: Sql | undefined,
  after: string,
  now: Date,
): Promise<Step> {
  // Clocks may differ a little: what was made a moment ago by another process has an id from its own time.
  const before = firstUuidV7Of(new Date(now.getTime() + oneDayInMilliseconds));
  const range = { idColumn: id, after, before };
  let condition = ofStream;
  if (within !== undefined) {
    const value = await findOwnedValue(db, name, within, serverId, range, ofStream);
    if (value === undefined) return { rows: 0, next: undefined };
    condition = sql`${raw(within)} = ${value}`;
  }
  const ids = await listOwnedIds(db, name, serverId, range, condition, batchMax);
  const last = ids.at(-1);
  if (last === undefined) return { rows: 0, next: undefined };
  await db.transaction(async tx => {
    for (const follower of followers) await deleteRowsById(tx, follower, id, serverId, ids, undefined);
    await deleteRowsById(tx, name, id, serverId, ids, condition);
  });
  if (within !== undefined) return { rows: ids.length, next: after };
  // What has been looked at is not looked at again: rows of other streams stay where they are.
  return { rows: ids.length, next: ids.length < batchMax ? undefined : last };
}
