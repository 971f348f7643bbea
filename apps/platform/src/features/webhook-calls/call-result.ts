// What one attempt means: for its call, for its webhook, and for what is stored. Pure.

import type { CallOutcome } from '../webhooks/ports.ts';
import type { RetryScheduleName } from '../webhooks/webhook.ts';
import type { Attempt, FinishedState, OpenCall } from './call.ts';
import { isSuccess, planAfterAttempt } from './retry-rules.ts';

export type CallEnd =
  | { kind: 'finished'; state: FinishedState }
  /** Goes back to the open ones. `attemptsMade` is what counts against its schedule. */
  | { kind: 'postponed'; dueAt: Date; attemptsMade: number };

/** How a webhook has fared; kept by its owner and stored when it changes. */
export type EndpointHealth = {
  failuresInARow: number;
  failingSince: Date | null;
  probesMade: number;
  restsUntil: Date | null;
};

export const goodHealth: EndpointHealth = { failuresInARow: 0, failingSince: null, probesMade: 0, restsUntil: null };

/** What is recorded of one attempt, in one transaction with others. */
export type CallResult = {
  call: OpenCall;
  leaseNumber: number;
  /** Null for a call that is discarded without one. */
  attempt: Attempt | null;
  end: CallEnd;
  /** The webhook's health after it; null when nothing changed. */
  health: EndpointHealth | null;
  /** The webhook begins to count as failing, or is back. */
  change: 'failing' | 'active' | null;
};

const forbidden = 403;

/** A receiver that says "never send me this" works. */
export function saysNever(outcome: CallOutcome): boolean {
  return outcome.kind === 'answered' && outcome.status === forbidden;
}

/**
 * `isProbe`: the webhook counts as failing. Its events wait for it, so a probe that fails does not use up an attempt, and
 * a status that would drop the event does not drop it, unless it is 403. Its place in the order stays.
 */
export function decideEnd(
  call: Pick<OpenCall, 'trigger' | 'attemptsMade'> & { dueAt: Date },
  outcome: CallOutcome,
  schedule: RetryScheduleName,
  isProbe: boolean,
  now: Date,
): CallEnd {
  const step = planAfterAttempt(schedule, call.trigger, outcome, call.attemptsMade + 1, now);
  if (step.kind === 'succeeded') return { kind: 'finished', state: 'succeeded' };
  if (isProbe && !saysNever(outcome)) return { kind: 'postponed', dueAt: call.dueAt, attemptsMade: call.attemptsMade };
  if (step.kind === 'retry') return { kind: 'postponed', dueAt: step.at, attemptsMade: call.attemptsMade + 1 };
  return { kind: 'finished', state: step.why === 'told_to_stop' ? 'stopped' : 'failed' };
}

export function attemptOf(outcome: CallOutcome, startedAt: Date, end: CallEnd): Attempt {
  const what =
    outcome.kind === 'answered'
      ? { status: outcome.status, ...(outcome.answer === '' ? {} : { answer: outcome.answer }) }
      : { status: null, failure: outcome.failure, text: outcome.text };
  const isPlanned = end.kind === 'postponed' && end.dueAt > startedAt;
  const next = isPlanned ? { nextAt: end.dueAt.toISOString() } : {};
  return { at: startedAt.toISOString(), milliseconds: outcome.milliseconds, ...what, ...next };
}

/** The health of a webhook after one more attempt. The same object when nothing has changed. */
export function healthAfter(health: EndpointHealth, outcome: CallOutcome, now: Date): EndpointHealth {
  if (saysNever(outcome)) return health;
  if (isSuccess(outcome)) return health.failuresInARow === 0 && health.restsUntil === null ? health : goodHealth;
  return { ...health, failuresInARow: health.failuresInARow + 1, failingSince: health.failingSince ?? now };
}
