// Takes due rows out of the database whenever there is room: each second, and at once when somebody says that there is
// something.

import { type Repeated, repeatUntilStopped } from '@pennyblack/runtime/lifecycle/repeat-until-stopped.ts';
import { createLaneClaimer, type LaneDeps } from './claim-lane.ts';
import { lanes } from './delivery-item.ts';

export type ClaimLoopDeps = LaneDeps & {
  /** Called every half minute. */
  onFullScan(): Promise<void>;
  onError(error: unknown): void;
};

const pollEveryMilliseconds = 1000;
const fullScanEveryMilliseconds = 30_000;

export function startClaimLoop(deps: ClaimLoopDeps): Repeated {
  const transactional = createLaneClaimer(lanes.transactional, deps);
  const broadcast = createLaneClaimer(lanes.broadcast, deps);
  let fullScanAt = 0;

  return repeatUntilStopped(
    async stopping => {
      const now = deps.clock.now().getTime();
      if (now >= fullScanAt) {
        transactional.lookAtAll();
        broadcast.lookAtAll();
        fullScanAt = now + fullScanEveryMilliseconds;
        await deps.onFullScan();
      }
      await transactional.claimDue(stopping);
      await broadcast.claimDue(stopping);
      return 'done';
    },
    { delayInMilliseconds: pollEveryMilliseconds, errorDelayInMillisecondsMax: 5000, onError: deps.onError },
  );
}
