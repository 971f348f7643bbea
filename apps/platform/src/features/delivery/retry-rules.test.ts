import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRetry, restAfterFailures, restAfterReclaims } from './retry-rules.ts';

const now = new Date('2026-11-21T12:00:00.000Z');
const hours = (count: number) => new Date(now.getTime() - count * 3_600_000);

/** Seconds until the next attempt; undefined when there is none. */
function delayAfter(attemptsMade: number, chance = 0.5, receivedAt = now, delays?: readonly number[]) {
  const decision = planRetry(attemptsMade, receivedAt, now, chance, delays);
  return decision.kind === 'retry' ? (decision.dueAt.getTime() - now.getTime()) / 1000 : undefined;
}

test('a minute, five, ten, fifteen, half an hour, one hour, two, then every four', () => {
  const delays = Array.from({ length: 11 }, (_, attempts) => delayAfter(attempts + 1));
  assert.deepEqual(delays, [60, 300, 600, 900, 1800, 3600, 7200, 14_400, 14_400, 14_400, 14_400]);
});

test('chance moves a retry by a fifth to either side, never further', () => {
  assert.equal(delayAfter(1, 0), 48);
  const latest = delayAfter(1, 1 - Number.EPSILON) ?? 0;
  assert.ok(latest > 71.9 && latest <= 72, String(latest));
});

test('a message of 48 hours is given up; a millisecond younger it is tried again', () => {
  assert.equal(delayAfter(30, 0.5, hours(48)), undefined);
  assert.equal(delayAfter(30, 0.5, new Date(hours(48).getTime() + 1)), 14_400);
  // An old message that was never tried (the platform was off for days) has no more attempts than the one it just had.
  assert.equal(delayAfter(1, 0.5, hours(72)), undefined);
});

test('the schedule of the settings is followed, and one without entries still waits', () => {
  assert.deepEqual(
    [1, 2, 3].map(attempts => delayAfter(attempts, 0.5, now, [1, 2])),
    [1, 2, 2],
  );
  assert.equal(delayAfter(1, 0.5, now, []), 60);
});

test('a destination rests longer with each failure in a row, ten minutes at most', () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 100].map(restAfterFailures), [15, 30, 60, 120, 300, 600, 600, 600]);
});

test('the first two deaths cost a row nothing, then it waits longer and longer, five minutes at most', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 50].map(restAfterReclaims),
    [0, 0, 5, 10, 20, 40, 80, 160, 300, 300, 300],
  );
});
