// Takes reports out of the open work for this process, gives one back that failed, and frees those of dead processes.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { FreeWorkOf } from '../processes/end-dead-processes.ts';
import type { ClaimedReport } from './report.ts';
import { claimReports as claim, countReports, deleteFingerprints, freeReports, returnReport } from './store.ts';

const reportsAtOnceMax = 20;
const fingerprintsKeptDays = 6;
const batchMax = 1000;

/** For a process that has none in hand. */
export function claimReports(db: Queryable, ownerProcess: number, now: Date): Promise<ClaimedReport[]> {
  return claim(db, ownerProcess, reportsAtOnceMax, now);
}

/** It is due again after a while that doubles with each attempt: 10 s, 20 s, 40 s … */
export function giveBack(db: Queryable, report: ClaimedReport, now: Date): Promise<void> {
  return returnReport(db, report, new Date(now.getTime() + 5000 * 2 ** report.attempts));
}

export const freeReportsOfDead: FreeWorkOf = (tx, processNumbers) => freeReports(tx, processNumbers);

export const countOpenReports = countReports;

export async function deleteOldFingerprints(db: Queryable, now: Date): Promise<void> {
  const before = new Date(now.getTime() - fingerprintsKeptDays * 86_400_000);
  while ((await deleteFingerprints(db, before, batchMax)) === batchMax);
}
