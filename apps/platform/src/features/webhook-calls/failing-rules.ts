// Decides when a webhook counts as failing, so that its events wait for it instead of using up their attempts, and when
// it is probed. Pure. Source: ours; Postmark pauses a trigger after "persistent failure" without naming a measure.

/**
 * One event alone never gets here: the longest schedule makes 13 attempts. So the waits that are documented for an event
 * are kept, and a receiver that is down for many events does not lose them.
 */
const failuresInARowMin = 25;
/** A restart of the receiver is over by then. */
const failingForSecondsMin = 60;

/** `failuresInARow` counts the last one; `failingSince` is the time of the first of them. */
export function isFailing(failuresInARow: number, failingSince: Date, now: Date): boolean {
  return failuresInARow >= failuresInARowMin && now.getTime() - failingSince.getTime() >= failingForSecondsMin * 1000;
}

/** A receiver that refuses each call at once would otherwise get all that there are, one after another. */
const slowFromFailuresInARow = 10;
const slowWaitInSeconds = 1;

/** Before this time the webhook gets no further call; null when it may get one at once. */
export function slowUntil(failuresInARow: number, now: Date): Date | null {
  return failuresInARow < slowFromFailuresInARow ? null : new Date(now.getTime() + slowWaitInSeconds * 1000);
}

const probeWaitsInSeconds: readonly number[] = [30, 60, 120, 300];
const lastProbeWaitInSeconds = 600;

/** When the next call tries whether the receiver is back; `probesMade` failed since it counts as failing. */
export function nextProbeAt(probesMade: number, now: Date): Date {
  const waitInSeconds = probeWaitsInSeconds[probesMade] ?? lastProbeWaitInSeconds;
  return new Date(now.getTime() + waitInSeconds * 1000);
}

/**
 * How many calls a receiver gets at a time: half of them after a failure, one more after a success. One that hangs soon
 * holds a single connection.
 */
export function nextConnections(current: number, connectionsMax: number, isAnsweredWell: boolean): number {
  if (isAnsweredWell) return Math.min(connectionsMax, current + 1);
  return Math.max(1, Math.floor(Math.min(current, connectionsMax) / 2));
}
