// Runs the work that has to be done now and then, each piece by one process at a time.

import type { Database } from '@pennyblack/runtime/database/database.ts';
import { claimUpkeepWork, endUpkeepWork } from '../claim-upkeep.ts';

export type UpkeepJob = { name: string; everySeconds: number; run(now: Date): Promise<void> };

/** Runs every job whose time has come and that no other process has taken. A job that fails does not stop the next. */
export async function runDueUpkeep(
  db: Database,
  jobs: readonly UpkeepJob[],
  processNumber: number,
  now: Date,
  onError: (name: string, error: unknown) => void,
): Promise<void> {
  for (const job of jobs) {
    const isOurs = await claimUpkeepWork(db.results, job.name, processNumber, job.everySeconds);
    if (!isOurs) continue;
    try {
      await job.run(now);
      await endUpkeepWork(db.results, job.name, null);
    } catch (error) {
      onError(job.name, error);
      await endUpkeepWork(db.results, job.name, String(error));
    }
  }
}
