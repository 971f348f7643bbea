// The calls of webhooks in one process: takes the leases of webhooks that have something to do, loads what is due for all
// of them together, and gives back what has nothing to do any more.

import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import {
  type Repeated,
  type RunResult,
  repeatUntilStopped,
} from '@pennyblack/runtime/lifecycle/repeat-until-stopped.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import type { ReadDumps } from '../bounces/read-dumps.ts';
import type { RecordEvents } from '../events/record-events.ts';
import type { RetryScheduleName } from '../webhooks/webhook.ts';
import type { AttemptCall } from './attempt-call.ts';
import { type EndpointKey, textOfKey } from './call.ts';
import { createCallRecorder } from './call-recorder.ts';
import { createEndpointRunner, type EndpointRunner } from './endpoint-runner.ts';
import { forgetWebhook } from './forget-webhook.ts';
import { type LoadedEndpoint, loadCalls, mayCall } from './load-calls.ts';
import { createSlots } from './slots.ts';
import { type DueEndpoint, listDueEndpoints, releaseEndpoint, takeEndpoints } from './store.ts';

export type CallEngineDeps = {
  db: Database;
  keyRing: KeyRing;
  /** The sources of bounces, for webhooks that want them. */
  readDumps: ReadDumps;
  clock: Clock;
  recordEvents: RecordEvents;
  attempt: AttemptCall;
  /** Cuts off the calls under way. */
  closeCalls(): Promise<void>;
  /** The number of the lease that this process holds now. */
  processNumber(): number;
  /** Tells other processes that there is something to do for a webhook of theirs. */
  tellOthers(): void;
  onError(error: unknown, what: string): void;
  settings: { retrySchedule: RetryScheduleName; connectionsMax: number };
};

export type CallEngine = {
  start(): void;
  /** Calls under way have a few seconds to end; nothing new is begun. Resolves when their results are recorded. */
  stop(): Promise<void>;
  /** These have new calls; called after the commit. */
  hint(endpoints: readonly EndpointKey[]): void;
  /** Another process says that there may be something to do. */
  wake(): void;
  /** After a lost lease: others make the calls now. */
  dropOwned(): void;
  counts(): { webhooks: number; underWay: number; resultsWaiting: number };
};

const lookEveryMilliseconds = 1000;
/** Between two loads, so that a stream of events is loaded in handfuls. */
const loadPauseInMilliseconds = 10;
/** Calls under way in a process, over all webhooks: each is a socket. */
const callsUnderWayMax = 1000;
const takenAtOnceMax = 500;
/** Calls in the memory of a process, as a measure: what one webhook may hold gets less, the more webhooks there are. */
const callsInMemory = 20_000;
const callsOfOneMax = 200;
const callsOfOneMin = 5;
/** Between two looks, and at least twice the time that a look takes: many hints, or many dead rows, keep the database busy otherwise. */
const lookPauseInMilliseconds = 50;
const lookPauseInMillisecondsMax = 5000;
const idleInMilliseconds = 30_000;
const graceInMilliseconds = 3000;
/** A paused webhook is looked at again after this; resuming it looks at once. */
const pausedRestInMilliseconds = 30_000;

export function createCallEngine(deps: CallEngineDeps): CallEngine {
  const { db, clock } = deps;
  const slots = createSlots(callsUnderWayMax);
  const recorder = createCallRecorder({
    db: db.calls,
    recordEvents: deps.recordEvents,
    clock,
    onError: error => deps.onError(error, 'results of webhook calls could not be recorded'),
  });
  const runners = new Map<string, EndpointRunner>();
  let looking: Repeated | undefined;
  let loading: Repeated | undefined;
  let isOthersTurn = false;
  let isStopping = false;
  let isCuttingOff = false;
  /** Webhooks that are gone and whose calls are being deleted, one after another: there may be a million of them. */
  const beingForgotten = new Set<string>();
  let forgetting: Promise<void> = Promise.resolve();

  async function untilNoneUnderWay(millisecondsMax: number): Promise<void> {
    const end = performance.now() + millisecondsMax;
    while (slots.inUse() > 0 && performance.now() < end) {
      await new Promise(resolve => setTimeout(resolve, loadPauseInMilliseconds));
    }
  }

  function addRunner(lease: EndpointRunner['lease']): void {
    const runner = createEndpointRunner(lease, {
      clock,
      slots,
      attempt: deps.attempt,
      record: recorder.record,
      onWanting: () => loading?.wake(),
      inHandMax: () => Math.max(callsOfOneMin, Math.min(callsOfOneMax, Math.floor(callsInMemory / runners.size))),
      isCuttingOff: () => isCuttingOff,
      settings: deps.settings,
    });
    if (isStopping) runner.close();
    runners.set(textOfKey(lease), runner);
  }

  function removeRunner(runner: EndpointRunner): void {
    runner.close();
    const key = textOfKey(runner.lease);
    if (runners.get(key) === runner) runners.delete(key);
  }

  async function release(runner: EndpointRunner, restsUntil: Date | null): Promise<void> {
    removeRunner(runner);
    await releaseEndpoint(db.calls, runner.lease, restsUntil);
  }

  /**
   * What nobody has, and what this process has without a runner: the database may go away while a webhook is given back,
   * or between the commit that took it and the answer to that.
   */
  async function takeFree(due: readonly DueEndpoint[]): Promise<RunResult> {
    const own = deps.processNumber();
    const isKnown = (key: string) => runners.has(key) || beingForgotten.has(key);
    const isFree = (endpoint: DueEndpoint) => endpoint.ownerNumber === null || endpoint.ownerNumber === own;
    const free = due.filter(endpoint => isFree(endpoint) && !isKnown(textOfKey(endpoint)));
    if (free.length === 0) return 'done';
    const wanted = free.slice(0, takenAtOnceMax);
    const taken = await db.calls.transaction(tx => takeEndpoints(tx, wanted, own));
    // The lease of the process was lost meanwhile: these are others' now.
    if (deps.processNumber() !== own) return 'done';
    for (const lease of taken) addRunner(lease);
    if (taken.length > 0) loading?.wake();
    return taken.length > 0 && free.length > wanted.length ? 'again' : 'done';
  }

  /** Finds what is due, takes what nobody has, and lets its own look. */
  async function look(): Promise<RunResult> {
    const now = clock.now();
    const due = await listDueEndpoints(db.calls, now);
    for (const endpoint of due) runners.get(textOfKey(endpoint))?.look(true);
    const result = await takeFree(due);
    const hasOthers = due.some(({ ownerNumber }) => ownerNumber !== null && ownerNumber !== deps.processNumber());
    if (hasOthers && isOthersTurn) deps.tellOthers();
    isOthersTurn = false;
    const idleTime = new Date(now.getTime() - idleInMilliseconds);
    for (const runner of runners.values()) {
      if (runner.isIdleSince(idleTime)) await release(runner, runner.health().restsUntil);
    }
    return result;
  }

  async function lookAndPause(stopping: AbortSignal): Promise<RunResult> {
    const startedAt = performance.now();
    const result = await look();
    const pause = Math.max(lookPauseInMilliseconds, 2 * (performance.now() - startedAt));
    await wait(Math.min(pause, lookPauseInMillisecondsMax), undefined, { signal: stopping });
    return result;
  }

  /** Nobody waits for it; what fails is found again by a look, because the webhook stays this process's. */
  function forget(endpoint: EndpointKey): void {
    const key = textOfKey(endpoint);
    beingForgotten.add(key);
    forgetting = forgetting
      .then(() => forgetWebhook(db.calls, deps.recordEvents, endpoint, () => isStopping, clock.now))
      .catch(error => deps.onError(error, 'calls of a deleted webhook could not be deleted'))
      .finally(() => beingForgotten.delete(key));
  }

  /** One load for all that want one. */
  async function load(): Promise<void> {
    const now = clock.now();
    const wanting = [...runners.values()].flatMap(runner => {
      const want = runner.want();
      return want === undefined ? [] : [{ runner, want }];
    });
    if (wanting.length === 0) return;
    try {
      const wants = wanting.map(({ want }) => want);
      const loaded = await loadCalls(db.calls, deps.keyRing, deps.readDumps, wants, now);
      for (const { runner } of wanting) await handOver(runner, loaded.get(textOfKey(runner.lease)), now);
    } catch (error) {
      for (const { runner } of wanting) runner.skip();
      throw error;
    }
  }

  async function handOver(runner: EndpointRunner, loaded: LoadedEndpoint | undefined, now: Date): Promise<void> {
    if (loaded && mayCall(loaded.webhook)) return runner.take(loaded.webhook, loaded.calls);
    runner.skip();
    if (loaded) return release(runner, new Date(now.getTime() + pausedRestInMilliseconds));
    removeRunner(runner);
    forget(runner.lease);
  }

  return {
    start: () => {
      const options = (what: string, delayInMilliseconds: number) => ({
        delayInMilliseconds,
        errorDelayInMillisecondsMax: 5000,
        onError: (error: unknown) => deps.onError(error, what),
      });
      looking = repeatUntilStopped(
        lookAndPause,
        options('due webhook calls could not be looked for', lookEveryMilliseconds),
      );
      loading = repeatUntilStopped(
        async stopping => {
          await load();
          if (!stopping.aborted) await new Promise(resolve => setTimeout(resolve, loadPauseInMilliseconds));
          return 'done';
        },
        options('due webhook calls could not be loaded', lookEveryMilliseconds),
      );
    },
    stop: async () => {
      isStopping = true;
      for (const runner of runners.values()) runner.close();
      // A database that hangs must not keep calls from being cut off in time.
      const ended = Promise.all([looking?.stop(), loading?.stop(), forgetting]);
      await untilNoneUnderWay(graceInMilliseconds);
      isCuttingOff = true;
      await deps.closeCalls();
      await untilNoneUnderWay(graceInMilliseconds);
      await ended;
      await recorder.drained();
    },
    hint: endpoints => {
      let hasStrangers = false;
      for (const endpoint of endpoints) {
        const runner = runners.get(textOfKey(endpoint));
        if (runner) runner.look(false);
        else hasStrangers = true;
      }
      if (!hasStrangers) return;
      isOthersTurn = true;
      looking?.wake();
    },
    wake: () => looking?.wake(),
    dropOwned: () => {
      for (const runner of runners.values()) runner.close();
      runners.clear();
    },
    counts: () => ({ webhooks: runners.size, underWay: slots.inUse(), resultsWaiting: recorder.waiting() }),
  };
}
