import assert from 'node:assert/strict';
import test from 'node:test';
import type { CallOutcome } from '../webhooks/ports.ts';
import type { CallTrigger, RetryScheduleName } from '../webhooks/webhook.ts';
import { planAfterAttempt, retriesRemaining } from './retry-rules.ts';

const now = new Date('2026-11-26T12:00:00Z');
const answered = (status: number): CallOutcome => ({ kind: 'answered', status, answer: '', milliseconds: 3 });
const failed = (failure: 'timeout' | 'dns' | 'tls' | 'connection' | 'redirect'): CallOutcome => ({
  kind: 'failed',
  failure,
  text: '',
  milliseconds: 3,
});

/** The waits of a call that meets the same outcome each time, and how it ends. */
function waitsAgainst(schedule: RetryScheduleName, trigger: CallTrigger, outcome: CallOutcome): [number[], string] {
  const waits: number[] = [];
  for (let attemptsMade = 1; attemptsMade <= 100; attemptsMade += 1) {
    assert.equal(retriesRemaining(schedule, trigger, attemptsMade - 1) + waits.length, total(schedule, trigger));
    const step = planAfterAttempt(schedule, trigger, outcome, attemptsMade, now);
    if (step.kind === 'succeeded') return [waits, 'succeeded'];
    if (step.kind === 'give_up') return [waits, step.why];
    waits.push((step.at.getTime() - now.getTime()) / 60_000);
  }
  throw new Error('It never ends.');
}
const total = (schedule: RetryScheduleName, trigger: CallTrigger) => retriesRemaining(schedule, trigger, 0);

const tenTimes = [1, 5, 10, 10, 10, 15, 30, 60, 120, 360];
const nineTimes = [1, 5, 15, 1, 5, 10, 10, 10, 15];
const threeDays = [1, 5, 15, 30, 60, 120, 240, 480, 720, 720, 720, 720];
const outbound: readonly CallTrigger[] = ['Open', 'Click', 'Delivery', 'Bounce', 'SpamComplaint', 'SubscriptionChange'];

for (const trigger of ['Bounce', 'SpamComplaint', 'Inbound'] as const) {
  test(`classic: ${trigger} against a receiver that always answers 500 is tried ten more times`, () => {
    assert.deepEqual(waitsAgainst('classic', trigger, answered(500)), [tenTimes, 'attempts_used_up']);
  });
}

for (const trigger of ['Open', 'Click', 'Delivery', 'SubscriptionChange'] as const) {
  test(`classic: ${trigger} against a receiver that always answers 500 is tried three more times`, () => {
    assert.deepEqual(waitsAgainst('classic', trigger, answered(500)), [[1, 5, 15], 'attempts_used_up']);
  });
}

test('classic: 403 ends it at once, and every other 4xx, unfollowed redirect and failure is tried again', () => {
  for (const trigger of [...outbound, 'Inbound'] as const) {
    assert.deepEqual(waitsAgainst('classic', trigger, answered(403)), [[], 'told_to_stop']);
  }
  for (const outcome of [
    ...[304, 400, 401, 404, 405, 410, 422, 408, 429, 500, 502, 503, 599].map(answered),
    ...(['timeout', 'dns', 'tls', 'connection', 'redirect'] as const).map(failed),
  ]) {
    assert.deepEqual(waitsAgainst('classic', 'Delivery', outcome), [[1, 5, 15], 'attempts_used_up']);
  }
});

test('postmark-2026: each outbound event is tried nine more times within 72 minutes', () => {
  for (const trigger of outbound) {
    for (const outcome of [
      answered(500),
      answered(503),
      answered(408),
      answered(429),
      failed('timeout'),
      failed('dns'),
    ]) {
      assert.deepEqual(waitsAgainst('postmark-2026', trigger, outcome), [nineTimes, 'attempts_used_up']);
    }
  }
  assert.equal(
    nineTimes.reduce((sum, wait) => sum + wait),
    72,
  );
});

test('postmark-2026: every other 4xx drops the event at once', () => {
  for (const status of [400, 401, 403, 404, 405, 410, 422, 451]) {
    assert.deepEqual(waitsAgainst('postmark-2026', 'Click', answered(status)), [[], 'told_to_stop']);
  }
});

test('postmark-2026: inbound mail stays with the classic table', () => {
  assert.deepEqual(waitsAgainst('postmark-2026', 'Inbound', answered(404)), [tenTimes, 'attempts_used_up']);
  assert.deepEqual(waitsAgainst('postmark-2026', 'Inbound', answered(403)), [[], 'told_to_stop']);
});

test('long: every event is tried for three days, and 403 ends it', () => {
  for (const trigger of [...outbound, 'Inbound'] as const) {
    assert.deepEqual(waitsAgainst('long', trigger, answered(404)), [threeDays, 'attempts_used_up']);
    assert.deepEqual(waitsAgainst('long', trigger, answered(403)), [[], 'told_to_stop']);
  }
  const hours = threeDays.reduce((sum, wait) => sum + wait) / 60;
  assert.ok(hours <= 72 && hours + 12 > 72);
});

test('any 2xx is a success', () => {
  for (const schedule of ['classic', 'postmark-2026', 'long'] as const) {
    for (const status of [200, 201, 202, 204, 299]) {
      assert.deepEqual(waitsAgainst(schedule, 'Delivery', answered(status)), [[], 'succeeded']);
    }
  }
});

test('the first attempt says how many may follow, and a count never goes below zero', () => {
  assert.equal(retriesRemaining('postmark-2026', 'Delivery', 0), 9);
  assert.equal(retriesRemaining('classic', 'Delivery', 0), 3);
  assert.equal(retriesRemaining('classic', 'Bounce', 10), 0);
  assert.equal(retriesRemaining('classic', 'Delivery', 7), 0);
});
