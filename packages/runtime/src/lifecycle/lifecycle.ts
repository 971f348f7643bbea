// The life of a process: its parts start in order and stop in reverse order, once, within a limit of time.

import type { Log } from '../log/log.ts';

export type Part = {
  name: string;
  /** What it needs has started before it. */
  start(): Promise<void>;
  /** Takes nothing new, finishes what is in hand, gives back the rest. What it needs stops after it. */
  stop(): Promise<void>;
};

export type Lifecycle = {
  /** Starts one more part, now. When it fails, the caller should stop() and give up. */
  add(part: Part): Promise<void>;
  /** Stops all parts, last first. A part that fails to stop is logged and does not keep the others running. */
  stop(): Promise<void>;
  /** Aborted when stopping begins. */
  readonly stopping: AbortSignal;
};

/** The process ends then, whatever still hangs. */
export const stopSecondsMax = 10;

export function createLifecycle(log: Log): Lifecycle {
  const parts: Part[] = [];
  const stopping = new AbortController();
  let stopped: Promise<void> | undefined;

  async function stopAll(): Promise<void> {
    stopping.abort();
    for (let part = parts.pop(); part; part = parts.pop()) {
      try {
        await part.stop();
      } catch (error) {
        log.error({ error, part: part.name }, 'a part failed to stop');
      }
    }
  }

  return {
    stopping: stopping.signal,
    async add(part) {
      if (stopping.signal.aborted) throw new Error(`The process is stopping; ${part.name} is not started.`);
      await part.start();
      parts.push(part);
      // Told to stop meanwhile: the list may have been emptied before this part was on it.
      if (!stopping.signal.aborted) return;
      stopped = (stopped ?? Promise.resolve()).then(stopAll);
      await stopped;
    },
    stop() {
      stopped ??= stopAll();
      return stopped;
    },
  };
}

/**
 * Ctrl-C on `npm start` signals the whole group, and npm passes its own on: the same wish arrives twice within
 * milliseconds, and is no impatience.
 */
const sameSignalMilliseconds = 1000;

/** What a process may be told from outside, and how it ends; a test passes its own. */
export type ProcessWorld = {
  on(event: string, listener: (reason: unknown) => void): unknown;
  exit(code: number): void;
};

/**
 * Ties a lifecycle to the process: SIGTERM or SIGINT stops it and exits with 0, or with 1 after ten seconds; another
 * signal, a second later or more, exits at once; an error that nobody caught is logged and ends the process with 1,
 * because nobody knows what state it left behind.
 */
export function stopOnSignals(lifecycle: Lifecycle, log: Log, world: ProcessWorld = process): void {
  let isStopping = false;
  let stoppingSince = 0;

  async function stopAndExit(signal: string): Promise<void> {
    if (isStopping && Date.now() - stoppingSince < sameSignalMilliseconds) return;
    if (isStopping) {
      log.warn({ signal }, 'told twice to stop: exiting at once');
      world.exit(1);
      return;
    }
    isStopping = true;
    stoppingSince = Date.now();
    log.info({ signal }, 'stopping');
    const limit = setTimeout(() => {
      log.error(`not stopped after ${stopSecondsMax} seconds: exiting all the same`);
      world.exit(1);
    }, stopSecondsMax * 1000);
    await lifecycle.stop();
    clearTimeout(limit);
    log.info('stopped');
    world.exit(0);
  }

  for (const signal of ['SIGTERM', 'SIGINT']) world.on(signal, () => void stopAndExit(signal));
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    world.on(event, error => {
      log.fatal({ error }, `ended by an error that nobody caught (${event})`);
      world.exit(1);
    });
  }
}
