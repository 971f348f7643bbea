// Reads what has come back: at once when something was stored here, and each second for what others have left.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { type Repeated, repeatUntilStopped } from '@pennyblack/runtime/lifecycle/repeat-until-stopped.ts';
import { claimReports, giveBack } from '../claim-reports.ts';
import { type ProcessDeps, processReport } from '../process-report.ts';
import type { ReportEnd } from '../report.ts';

export type ReportLoopDeps = ProcessDeps & {
  claims: Queryable;
  clock: Clock;
  processNumber(): number;
  onEnd(end: ReportEnd): void;
  onError(error: unknown, reportId?: number): void;
};

const pollEveryMilliseconds = 1000;

export function startReportLoop(deps: ReportLoopDeps): Repeated {
  return repeatUntilStopped(
    async stopping => {
      const claimed = await claimReports(deps.claims, deps.processNumber(), deps.clock.now());
      for (const report of claimed) {
        try {
          // What is left at the end is given back by the end of the lease.
          if (stopping.aborted) return 'done';
          deps.onEnd(await processReport(deps, report, deps.clock.now()));
        } catch (error) {
          deps.onError(error, report.reportId);
          await giveBack(deps.db, report, deps.clock.now());
        }
      }
      return claimed.length > 0 ? 'again' : 'done';
    },
    {
      delayInMilliseconds: pollEveryMilliseconds,
      errorDelayInMillisecondsMax: 5000,
      onError: error => deps.onError(error),
    },
  );
}
