// Sends scheduled messages at their time: a timer to the next one, and a look each second for what others have scheduled.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { type Repeated, repeatUntilStopped } from '@pennyblack/runtime/lifecycle/repeat-until-stopped.ts';
import { type ReleaseDeps, releaseDue } from './release-due.ts';
import { readNextDue } from './store.ts';

export type ReleaseLoopDeps = ReleaseDeps & { reads: Pool; now: () => Date; onError(error: unknown): void };

/** Shorter than the least time that something can be scheduled ahead (send-at-rules.ts). */
const lookEveryMilliseconds = 1000;

export function startReleaseLoop(deps: ReleaseLoopDeps): Repeated {
  let timer: NodeJS.Timeout | undefined;
  const loop = repeatUntilStopped(
    async () => {
      clearTimeout(timer);
      const nextDue = await readNextDue(deps.reads);
      if (!nextDue) return 'done';
      const milliseconds = nextDue.getTime() - deps.now().getTime();
      if (milliseconds <= 0) return releaseDue(deps, deps.now());
      if (milliseconds < lookEveryMilliseconds) timer = setTimeout(() => loop.wake(), milliseconds);
      return 'done';
    },
    { delayInMilliseconds: lookEveryMilliseconds, errorDelayInMillisecondsMax: 5000, onError: deps.onError },
  );
  return {
    wake: loop.wake,
    stop: async () => {
      await loop.stop();
      clearTimeout(timer);
    },
  };
}
