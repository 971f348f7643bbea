// A loop that does a job again and again until it is told to stop: the shape of every background job.

import { setTimeout as wait } from 'node:timers/promises';

export type Repeated = {
  /** Ends the pause now: there may be something to do. A call while the job runs makes it run once more at once. */
  wake(): void;
  /** Resolves when the last run has ended. No run starts after the call. */
  stop(): Promise<void>;
};

export type RepeatOptions = {
  /** Pause after a run that found nothing more to do. */
  delayInMilliseconds: number;
  /** Longest pause after failures; they double from `delayInMilliseconds`, at least 100 ms. */
  errorDelayInMillisecondsMax?: number;
  /** `failuresInARow` counts this one. The loop goes on. */
  onError: (error: unknown, failuresInARow: number) => void;
};

/** 'again' asks for the next run at once, because there was more to do than one run takes. */
export type RunResult = 'again' | 'done';

/** `job` receives a signal that aborts when the loop is told to stop, for what it waits on itself. */
export function repeatUntilStopped(
  job: (stopping: AbortSignal) => Promise<RunResult>,
  options: RepeatOptions,
): Repeated {
  const stopping = new AbortController();
  let pause = new AbortController();
  let wasWoken = false;

  async function sleep(milliseconds: number, mayBeWoken: boolean): Promise<void> {
    if (mayBeWoken && wasWoken) return;
    pause = new AbortController();
    const signal = mayBeWoken ? AbortSignal.any([stopping.signal, pause.signal]) : stopping.signal;
    await wait(milliseconds, undefined, { signal }).catch(() => {}); // Woken or stopped.
  }

  async function loop(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      wasWoken = false;
      try {
        const result = await job(stopping.signal);
        failures = 0;
        if (result === 'again') await yieldToOthers();
        else await sleep(options.delayInMilliseconds, true);
      } catch (error) {
        // A job that was cut short by the stop has not failed.
        if (stopping.signal.aborted) return;
        failures += 1;
        options.onError(error, failures);
        // A wake-up must not turn a failing job into a tight loop.
        await sleep(errorDelay(options, failures), false);
      }
    }
  }

  const running = loop();
  return {
    wake() {
      wasWoken = true;
      pause.abort();
    },
    stop() {
      stopping.abort();
      return running;
    },
  };
}

/** Lets timers and sockets have their turn, also between runs that never wait for anything. */
function yieldToOthers(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

function errorDelay(options: RepeatOptions, failures: number): number {
  const first = Math.max(options.delayInMilliseconds, 100);
  return Math.min(first * 2 ** Math.min(failures - 1, 20), options.errorDelayInMillisecondsMax ?? 30_000);
}
