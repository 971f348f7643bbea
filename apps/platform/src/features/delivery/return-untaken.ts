// Gives rows back that were inserted as owned and never handed over: their process did not know that they were stored.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { type QueueKey, returnRows } from './store.ts';

/** Rows that others own meanwhile stay as they are. */
export async function returnUntaken(
  db: Pool,
  rows: readonly (QueueKey & { ownerNumber: number })[],
  dueAt: Date,
): Promise<void> {
  // Rows that were claimed since then are in somebody's hands.
  const untried = { claimNumber: 0, dueAt, attempts: 0, isUncertain: false, isHeld: false, lastReply: null };
  await db.transaction(tx =>
    returnRows(
      tx,
      rows.map(row => ({ ...row, ...untried })),
    ),
  );
}
