// Waits for something to become true, and says what was awaited when it does not. The only way stories wait.

import { setTimeout as wait } from 'node:timers/promises';

export type UntilOptions = { secondsMax?: number; everyMilliseconds?: number };

/** Resolves to the first answer that is not false, null or undefined. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  options: UntilOptions = {},
): Promise<Exclude<T, false | null | undefined>> {
  const { secondsMax = 150, everyMilliseconds = 50 } = options;
  const deadline = performance.now() + secondsMax * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== null && answer !== undefined) {
      return answer as Exclude<T, false | null | undefined>;
    }
    if (performance.now() > deadline) throw new Error(`Waited ${secondsMax} s in vain: ${what}.`);
    await wait(everyMilliseconds);
  }
}
