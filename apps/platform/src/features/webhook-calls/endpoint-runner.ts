// Makes the calls of one webhook, whose lease this process holds: so many at a time, in order for each message, fewer
// when it fails. It decides about one attempt at a time; who loads and who records is handed in.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { StoredEvent } from '../events/event.ts';
import type { CallOutcome } from '../webhooks/ports.ts';
import type { RetryScheduleName, Webhook } from '../webhooks/webhook.ts';
import {
  attemptOf,
  type CallResult,
  decideEnd,
  type EndpointHealth,
  goodHealth,
  healthAfter,
  saysNever,
} from './call-result.ts';
import { createCallsInHand } from './calls-in-hand.ts';
import { isFailing, nextConnections, nextProbeAt, slowUntil } from './failing-rules.ts';
import { isSuccess, retriesRemaining } from './retry-rules.ts';
import type { Slots } from './slots.ts';
import type { DueCall, EndpointLease, WantedCalls } from './store.ts';

/** A due call and the event it is about; undefined when the event is gone. */
export type LoadedCall = DueCall & { event: StoredEvent | undefined };

export type RunnerDeps = {
  clock: Clock;
  slots: Slots;
  /** Makes one attempt; never rejects. */
  attempt(webhook: Webhook, call: LoadedCall, event: StoredEvent, retriesRemaining: number): Promise<CallOutcome>;
  /** Resolves when the result is stored. Never rejects. */
  record(result: CallResult): Promise<void>;
  /** There is room, and probably more to load. */
  onWanting(): void;
  /** How many calls it may hold now. */
  inHandMax(): number;
  /** This process ends, and cuts calls off. */
  isCuttingOff(): boolean;
  settings: { retrySchedule: RetryScheduleName; connectionsMax: number };
};

export type EndpointRunner = {
  readonly lease: EndpointLease;
  /** There may be new calls. A hint means nothing to one that rests; a look into the database (`isDue`) has found that its rest is over. */
  look(isDue: boolean): void;
  /**
   * What to load for it now; undefined when it wants nothing. One that has no room wants to know from time to time whether
   * it is still to be called, and no calls. Loading ends with `take` or `skip`.
   */
  want(): WantedCalls | undefined;
  take(webhook: Webhook, calls: readonly LoadedCall[]): void;
  skip(): void;
  /** Nothing in hand, and nothing was wanted since. */
  isIdleSince(time: Date): boolean;
  /** Starts nothing more. What is ready stays in the database. */
  close(): void;
  health(): EndpointHealth;
};

/**
 * How far below the present the next load looks again: for rows that were committed late, and of processes whose clock is
 * behind ours (by five seconds at most).
 */
const lateCommitsInMilliseconds = 6_000;
const fullScanEveryMilliseconds = 15_000;
const lookAtClockEveryMilliseconds = 50;

export function createEndpointRunner(lease: EndpointLease, deps: RunnerDeps): EndpointRunner {
  const { clock, slots } = deps;
  const hand = createCallsInHand<LoadedCall>();
  let webhook: Webhook | undefined;
  let health: EndpointHealth = {
    failuresInARow: lease.failuresInARow,
    failingSince: lease.failingSince,
    probesMade: lease.probesMade,
    restsUntil: null,
  };
  let connections = 1;
  let underWay = 0;
  let isWanting = true;
  /** Its settings were not read since the last look: it may have been paused, deleted, resumed or edited. */
  let isStale = false;
  let isClosed = false;
  let wantedAt = clock.now();
  let notBefore = new Date(0);
  let fullScanAt = 0;
  let askedFor = 0;
  /** Then there is probably more. */
  let wasFullLoad = false;
  let waitsUntil: Date | null = null;
  let isTimerSet = false;

  const connectionsMax = () => webhook?.connectionsMax ?? deps.settings.connectionsMax;
  const schedule = () => webhook?.retrySchedule ?? deps.settings.retrySchedule;
  const isProbing = () => webhook?.state === 'failing';

  function wantMore(): void {
    isWanting = true;
    wantedAt = clock.now();
    deps.onWanting();
  }

  /** The clock decides; the timer only looks at it. */
  function waitsStill(): boolean {
    if (waitsUntil === null || waitsUntil <= clock.now()) return false;
    if (!isTimerSet) {
      isTimerSet = true;
      setTimeout(() => {
        isTimerSet = false;
        pump();
      }, lookAtClockEveryMilliseconds).unref();
    }
    return true;
  }

  function pump(): void {
    if (waitsStill()) return;
    while (webhook && !isClosed && hand.hasNext() && underWay < Math.min(connections, connectionsMax())) {
      if (!slots.take(pump)) return;
      const call = hand.next();
      if (!call) {
        slots.release();
        return;
      }
      underWay += 1;
      void make(webhook, call);
    }
  }

  async function make(target: Webhook, call: LoadedCall): Promise<void> {
    const startedAt = clock.now();
    const { event } = call;
    if (event === undefined) {
      const discarded = { call, leaseNumber: lease.leaseNumber, attempt: null, health: null, change: null };
      return settle(call, { ...discarded, end: { kind: 'finished', state: 'discarded' } });
    }
    const remaining = retriesRemaining(schedule(), call.trigger, call.attemptsMade);
    const outcome = await deps.attempt(target, call, event, remaining);
    if (deps.isCuttingOff() && outcome.kind === 'failed') return abandon(call);
    settle(call, judge(call, outcome, startedAt));
  }

  /** Cut off by our own end, which says nothing about the receiver: the row stays as it is, for whoever is next. */
  function abandon(call: LoadedCall): void {
    underWay -= 1;
    slots.release();
    hand.settle(call, true);
    hand.forget(call);
  }

  function judge(call: LoadedCall, outcome: CallOutcome, startedAt: Date): CallResult {
    const now = clock.now();
    const wasProbing = isProbing();
    const end = decideEnd(call, outcome, schedule(), wasProbing, now);
    const before = health;
    health = healthAfter(health, outcome, now);
    connections = nextConnections(connections, connectionsMax(), isSuccess(outcome) || saysNever(outcome));
    waitsUntil = slowUntil(health.failuresInARow, now);
    const change = changeAfter(wasProbing, now);
    const attempt = attemptOf(outcome, startedAt, end);
    return { call, leaseNumber: lease.leaseNumber, attempt, end, health: health === before ? null : health, change };
  }

  /** Goes over to probing, or back; the rows say the same once the result is recorded. */
  function changeAfter(wasProbing: boolean, now: Date): CallResult['change'] {
    if (!webhook) return null;
    if (wasProbing) {
      if (health.failuresInARow === 0) {
        webhook = { ...webhook, state: 'active', stateSince: now };
        return 'active';
      }
      health = { ...health, probesMade: health.probesMade + 1, restsUntil: nextProbeAt(health.probesMade + 1, now) };
      return null;
    }
    if (health.failingSince === null || !isFailing(health.failuresInARow, health.failingSince, now)) return null;
    webhook = { ...webhook, state: 'failing', stateSince: now };
    health = { ...health, probesMade: 0, restsUntil: nextProbeAt(0, now) };
    hand.dropReady();
    return 'failing';
  }

  function settle(call: LoadedCall, result: CallResult): void {
    underWay -= 1;
    slots.release();
    hand.settle(call, result.end.kind === 'postponed');
    pump();
    void deps.record(result).then(() => {
      hand.forget(call);
      // What waited behind a retry is free now, and lies far below the times that were seen last.
      const heldBackOthers = call.holdsBackOthers || call.attemptsMade > 0;
      const freesOthers = result.change === 'active' || (heldBackOthers && result.end.kind === 'finished');
      if (freesOthers) notBefore = new Date(0);
      if (!isClosed && (freesOthers || (wasFullLoad && hand.count() <= deps.inHandMax() / 2))) wantMore();
    });
  }

  function adopt(loaded: Webhook): void {
    if (webhook === undefined) {
      webhook = loaded;
      connections = health.failuresInARow > 0 ? 1 : connectionsMax();
      return;
    }
    if (loaded.stateSince > webhook.stateSince) {
      // After a resumption nothing of the past counts, and calls became due that had been put off.
      if (loaded.state === 'active') {
        health = goodHealth;
        waitsUntil = null;
      }
      notBefore = new Date(0);
      wantMore();
      webhook = loaded;
    } else {
      // The state that this runner has found is younger than the row that was read.
      webhook = { ...loaded, state: webhook.state, stateSince: webhook.stateSince };
    }
  }

  const isResting = () => health.restsUntil !== null && health.restsUntil > clock.now();

  return {
    lease,
    look: isDue => {
      if (isClosed || (isResting() && !isDue)) return;
      if (isDue) health = { ...health, restsUntil: null };
      isStale = isDue;
      wantMore();
    },
    want: () => {
      if (isClosed || !isWanting || isResting()) return undefined;
      const room = isProbing() ? 1 - hand.count() : deps.inHandMax() - hand.count();
      if (room <= 0 && !isStale) return undefined;
      isStale = false;
      if (room <= 0) {
        askedFor = 0;
        hand.beginLoading();
        return { serverId: lease.serverId, webhookId: lease.webhookId, notBefore, callsMax: 0 };
      }
      isWanting = false;
      const now = clock.now().getTime();
      // The clock may have been set back.
      if (now >= fullScanAt || now < fullScanAt - fullScanEveryMilliseconds) {
        notBefore = new Date(0);
        fullScanAt = now + fullScanEveryMilliseconds;
      }
      // Rows in hand are still in the table, before those that are looked for.
      askedFor = room + hand.count();
      hand.beginLoading();
      return { serverId: lease.serverId, webhookId: lease.webhookId, notBefore, callsMax: askedFor };
    },
    take: (loaded, calls) => {
      const latestDue = Math.max(...calls.map(call => call.dueAt.getTime()), 0);
      if (askedFor > 0) wasFullLoad = calls.length >= askedFor;
      // What was due before that has been committed by now, so there is nothing behind what was read.
      const settled = clock.now().getTime() - lateCommitsInMilliseconds;
      notBefore = new Date(Math.max(notBefore.getTime(), Math.min(latestDue, settled)));
      // After that, because a resumption asks for a look from the beginning.
      adopt(loaded);
      hand.endLoading(isProbing() ? calls.slice(0, 1) : calls);
      pump();
    },
    skip: () => {
      hand.endLoading([]);
      isWanting = true;
    },
    isIdleSince: time => hand.count() === 0 && wantedAt < time && !isResting(),
    close: () => {
      isClosed = true;
      hand.dropReady();
    },
    health: () => health,
  };
}
