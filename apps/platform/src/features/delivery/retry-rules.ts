// Decides when a recipient is tried again. Pure: time and chance come in.
// Source: RFC 5321 4.5.4.1 asks for at least four days of tries and half an hour between them; senders of
// transactional mail retry sooner and give up sooner. Two days is what Postmark gives a message.

/** A recipient older than this at the end of an attempt becomes a soft bounce. */
export const givingUpAfterHours = 48;

/** Seconds from one attempt to the next; the last one repeats. Greylisting (RFC 6647) usually lets the second or third pass. */
export const defaultRetryDelaysInSeconds: readonly number[] = [60, 300, 600, 900, 1800, 3600, 7200, 14_400];

/** Up to this share of a delay is added or taken away, so that retries of one outage do not come back together. */
const jitterShare = 0.2;

export type RetryDecision = { kind: 'retry'; dueAt: Date } | { kind: 'give_up' };

/** `attemptsMade` counts the attempt that just ended: 1 after the first. `chance` is at least 0 and less than 1. */
export function planRetry(
  attemptsMade: number,
  receivedAt: Date,
  now: Date,
  chance: number,
  delaysInSeconds: readonly number[] = defaultRetryDelaysInSeconds,
): RetryDecision {
  if (now.getTime() - receivedAt.getTime() >= givingUpAfterHours * 3_600_000) return { kind: 'give_up' };
  const delay = delaysInSeconds[Math.min(attemptsMade, delaysInSeconds.length) - 1] ?? 60;
  const jitter = 1 + jitterShare * (2 * chance - 1);
  return { kind: 'retry', dueAt: new Date(now.getTime() + delay * 1000 * jitter) };
}

/** How long a destination rests after `failures` failed connections in a row, in seconds. */
export function restAfterFailures(failures: number): number {
  const rests = [15, 30, 60, 120, 300, 600];
  return rests[Math.min(failures, rests.length) - 1] ?? 15;
}

/**
 * How long a row waits after its owner died with it in hand, in seconds: nothing the first two times, then longer and
 * longer, so that a message that kills processes cannot keep them from delivering the others. `reclaims` counts deaths
 * since the last attempt that ended.
 */
export function restAfterReclaims(reclaims: number): number {
  return reclaims <= 2 ? 0 : Math.min(300, 5 * 2 ** (reclaims - 3));
}
