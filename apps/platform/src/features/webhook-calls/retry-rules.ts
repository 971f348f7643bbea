// Decides what happens after one attempt. Pure: no clock, no database, no network.
// Source: Postmark's pages on webhook retries: the classic table, and the one of 2026 for outbound events; `long` is ours.

import type { CallOutcome } from '../webhooks/ports.ts';
import type { CallTrigger, RetryScheduleName } from '../webhooks/webhook.ts';

export type NextStep =
  | { kind: 'succeeded' }
  | { kind: 'retry'; at: Date }
  /** `told_to_stop`: the receiver's status says that more calls are of no use. */
  | { kind: 'give_up'; why: 'told_to_stop' | 'attempts_used_up' };

type Schedule = {
  /** Minutes from a failed attempt to the next one; when they are used up, the call has failed. */
  waitsInMinutes(trigger: CallTrigger): readonly number[];
  stopsAt(status: number, trigger: CallTrigger): boolean;
};

const tenRetries: readonly number[] = [1, 5, 10, 10, 10, 15, 30, 60, 120, 360];
const threeRetries: readonly number[] = [1, 5, 15];
const nineRetries: readonly number[] = [1, 5, 15, 1, 5, 10, 10, 10, 15];
/** 1, 5, 15, 30 minutes, 1, 2, 4, 8 hours, then every 12 hours, all within three days. */
const threeDays: readonly number[] = [1, 5, 15, 30, 60, 120, 240, 480, 720, 720, 720, 720];

const classicWaits: Readonly<Record<CallTrigger, readonly number[]>> = {
  Bounce: tenRetries,
  SpamComplaint: tenRetries,
  Inbound: tenRetries,
  Open: threeRetries,
  Click: threeRetries,
  Delivery: threeRetries,
  SubscriptionChange: threeRetries,
};

// A receiver answers 403 to say "never send me this again".
const forbidden = 403;
/** Request Timeout and Too Many Requests ask for another attempt (RFC 9110 15.5.9, RFC 6585 4). */
const passingStatuses: ReadonlySet<number> = new Set([408, 429]);

function isOtherClientError(status: number): boolean {
  return status >= 400 && status < 500 && !passingStatuses.has(status);
}

const schedules: Readonly<Record<RetryScheduleName, Schedule>> = {
  classic: { waitsInMinutes: trigger => classicWaits[trigger], stopsAt: status => status === forbidden },
  'postmark-2026': {
    // The table of 2026 speaks of outbound events only; inbound mail stayed as it was.
    waitsInMinutes: trigger => (trigger === 'Inbound' ? tenRetries : nineRetries),
    stopsAt: (status, trigger) => (trigger === 'Inbound' ? status === forbidden : isOtherClientError(status)),
  },
  long: { waitsInMinutes: () => threeDays, stopsAt: status => status === forbidden },
};

/** Any 2xx is a success: Rails' Action Mailbox answers Postmark with 204. */
export function isSuccess(outcome: CallOutcome): boolean {
  return outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300;
}

/** How many attempts follow when the next one fails; `attemptsMade` failed before it. Never negative. */
export function retriesRemaining(schedule: RetryScheduleName, trigger: CallTrigger, attemptsMade: number): number {
  return Math.max(0, schedules[schedule].waitsInMinutes(trigger).length - attemptsMade);
}

/** `attemptsMade` counts the attempt that produced `outcome`, so it is 1 after the first. */
export function planAfterAttempt(
  schedule: RetryScheduleName,
  trigger: CallTrigger,
  outcome: CallOutcome,
  attemptsMade: number,
  now: Date,
): NextStep {
  if (isSuccess(outcome)) return { kind: 'succeeded' };
  const { waitsInMinutes, stopsAt } = schedules[schedule];
  if (outcome.kind === 'answered' && stopsAt(outcome.status, trigger)) return { kind: 'give_up', why: 'told_to_stop' };
  const waitInMinutes = waitsInMinutes(trigger)[attemptsMade - 1];
  if (waitInMinutes === undefined) return { kind: 'give_up', why: 'attempts_used_up' };
  return { kind: 'retry', at: new Date(now.getTime() + waitInMinutes * 60_000) };
}
