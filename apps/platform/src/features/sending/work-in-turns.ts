// Spreads long work over turns of the event loop, so that a batch of five hundred renderings keeps nobody else waiting.

import { setImmediate as nextTurn } from 'node:timers/promises';

export type WorkInTurns = <T>(work: () => T) => Promise<T>;

const turnMaxInMilliseconds = 10;

/** Work that comes at once shares a turn until its time is over; what is left goes on in the next one, in its order. */
export function createWorkInTurns(): WorkInTurns {
  let turnEndsAt = 0;
  let waiting: Promise<void> | undefined;

  async function beginTurn(): Promise<void> {
    await nextTurn();
    turnEndsAt = performance.now() + turnMaxInMilliseconds;
    waiting = undefined;
  }

  return async work => {
    while (performance.now() >= turnEndsAt) {
      waiting ??= beginTurn();
      await waiting;
    }
    // In the same step as the look at the clock: everybody else who waits looks at it after this work.
    return work();
  };
}
