// Removes all rows of a server, or of one of its streams, in small steps: each is a transaction of its own that locks a
// batch of rows which nobody uses any more. Killed at any moment, it goes on at the next run.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import { type OwnedTable, ownedTables } from './owned-tables.ts';
import { deleteOwnedRows, deleteRowsById, listOwnedIds } from './store.ts';

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
  let after = firstUuidV7Of(new Date(0));
  while (budget.batches > 0) {
    const step = await purgeBatch(db, table, purged, after, now);
    // A look at an empty table costs next to nothing, and a run that counted it might never come beyond the first tables.
    if (step.rows > 0) budget.batches -= 1;
    count(step.rows);
    if (step.rows < batchMax) return true;
    after = step.last;
  }
  return false;
}

/** `last` is where the next batch begins: in a table that is walked, nothing is looked at twice. */
async function purgeBatch(
  db: Pool,
  table: OwnedTable,
  { serverId, streamId }: Purged,
  after: string,
  now: Date,
): Promise<{ rows: number; last: string }> {
  const condition = streamId === undefined ? undefined : table.ofStream?.(serverId, streamId);
  const { partitionedBy, isWalkedById = false } = table;
  if (partitionedBy === undefined)
    return { rows: await deleteOwnedRows(db, table.name, serverId, condition, batchMax), last: after };

  // Clocks may differ a little: what was made a moment ago by another process has an id from its own time.
  const before = firstUuidV7Of(new Date(now.getTime() + oneDayInMilliseconds));
  const range = { idColumn: partitionedBy, after, before, isWalked: isWalkedById };
  const ids = await listOwnedIds(db, table.name, serverId, range, condition, batchMax);
  const last = ids.at(-1);
  if (last === undefined) return { rows: 0, last: after };
  await db.transaction(async tx => {
    for (const name of [...(table.followers ?? []), table.name])
      await deleteRowsById(tx, name, partitionedBy, serverId, ids);
  });
  return { rows: ids.length, last: isWalkedById ? last : after };
}
