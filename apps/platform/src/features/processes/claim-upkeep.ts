// Takes a piece of upkeep for one process, and records how it ended.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { claimUpkeepJob, recordUpkeepResult } from './store.ts';

export async function claimUpkeepWork(
  db: Pool,
  name: string,
  processNumber: number,
  everySeconds: number,
): Promise<boolean> {
  return db.transaction(tx => claimUpkeepJob(tx, name, processNumber, everySeconds));
}

export async function endUpkeepWork(db: Pool, name: string, error: string | null): Promise<void> {
  await recordUpkeepResult(db, name, error);
}
