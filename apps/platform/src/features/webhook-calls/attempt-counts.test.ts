import assert from 'node:assert/strict';
import test from 'node:test';
import type { CallTrigger } from '../webhooks/webhook.ts';
import { addCounts, countAttempts, noAttempts } from './attempt-counts.ts';
import type { CallEnd, CallResult } from './call-result.ts';

const succeeded: CallEnd = { kind: 'finished', state: 'succeeded' };
const again: CallEnd = { kind: 'postponed', dueAt: new Date(), attemptsMade: 1 };

function result(
  milliseconds: number | null,
  end: CallEnd,
  { webhookId = 2, trigger = 'Delivery' as CallTrigger, attemptsMade = 0, at = '2026-03-04T05:06:07.089Z' } = {},
): CallResult {
  const ids = { serverId: 1, webhookId, orderKey: 'k', callId: 'c', eventId: 'e' };
  const attempt = milliseconds === null ? null : { at, milliseconds, status: 200 };
  const call = { ...ids, trigger, includesContent: false, attemptsMade };
  return { call, leaseNumber: 1, attempt, end, health: null, change: null };
}

const counts = (...results: CallResult[]) =>
  countAttempts(results).map(
    ({ serverId: _server, webhookId: _webhook, trigger: _trigger, hour: _hour, ...rest }) => rest,
  );

test('slow begins at five seconds, very slow at twenty, and nothing is both', () => {
  const slowness = [4999.4, 4999.5, 5000, 19_999, 20_000, 120_000].map(milliseconds => {
    const [row] = counts(result(milliseconds, succeeded));
    return [row?.slow, row?.verySlow];
  });
  assert.deepEqual(slowness, [
    [0, 0],
    [1, 0],
    [1, 0],
    [1, 0],
    [0, 1],
    [0, 1],
  ]);
});

test('an attempt counts as success or failure, as retry after the first, as terminal when it ends its call', () => {
  const one = { ...noAttempts, requests: 1 };
  assert.deepEqual(counts(result(10, succeeded)), [
    { ...one, successes: 1, terminalRequests: 1, terminalMilliseconds: 10 },
  ]);
  assert.deepEqual(counts(result(10, again)), [{ ...one, failures: 1 }]);
  assert.deepEqual(counts(result(10, again, { attemptsMade: 2 })), [
    { ...one, failures: 1, retries: 1, retryMilliseconds: 10 },
  ]);
  for (const state of ['failed', 'stopped'] as const)
    assert.deepEqual(counts(result(10, { kind: 'finished', state }, { attemptsMade: 3 })), [
      { ...one, failures: 1, retries: 1, retryMilliseconds: 10, terminalRequests: 1, terminalMilliseconds: 10 },
    ]);
});

test('a call that is discarded without an attempt counts nowhere', () => {
  assert.deepEqual(countAttempts([result(null, { kind: 'finished', state: 'discarded' })]), []);
});

test('there is a row for each webhook, trigger and UTC hour', () => {
  const rows = countAttempts([
    result(1, succeeded),
    result(1, succeeded, { at: '2026-03-04T05:59:59.999Z' }),
    result(1, succeeded, { at: '2026-03-04T06:00:00.000Z' }),
    result(1, succeeded, { trigger: 'Open' }),
    result(1, succeeded, { webhookId: 3 }),
  ]);
  assert.deepEqual(
    rows.map(row => [row.webhookId, row.trigger, row.hour.toISOString().slice(11, 16), row.requests]),
    [
      [2, 'Delivery', '05:00', 2],
      [2, 'Delivery', '06:00', 1],
      [2, 'Open', '05:00', 1],
      [3, 'Delivery', '05:00', 1],
    ],
  );
});

test('adding adds every figure', () => {
  const [row] = counts(
    result(20_000, { kind: 'finished', state: 'failed' }, { attemptsMade: 1 }),
    result(6000, succeeded),
  );
  assert.ok(row);
  assert.deepEqual(addCounts(noAttempts, row), row);
  const doubled = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value * 2]));
  assert.ok(Object.values(row).every(value => value > 0));
  assert.deepEqual(addCounts(row, row), doubled);
});
