import assert from 'node:assert/strict';
import test from 'node:test';
import { isFailing, nextConnections, nextProbeAt, slowUntil } from './failing-rules.ts';

const now = new Date('2026-11-26T12:00:00Z');
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);

test('a webhook counts as failing after 25 failures in a row over at least a minute', () => {
  assert.equal(isFailing(25, ago(60), now), true);
  assert.equal(isFailing(24, ago(6000), now), false);
  assert.equal(isFailing(10_000, ago(59), now), false);
});

test('the attempts of one event alone never make a webhook failing', () => {
  assert.equal(isFailing(13, ago(72 * 3600), now), false);
});

test('it is probed soon at first, and every ten minutes at last', () => {
  const waits = [0, 1, 2, 3, 4, 5, 100].map(probes => (nextProbeAt(probes, now).getTime() - now.getTime()) / 1000);
  assert.deepEqual(waits, [30, 60, 120, 300, 600, 600, 600]);
});

test('a receiver that fails gets half as many calls at a time, one that answers gets one more, within its limits', () => {
  assert.deepEqual(
    [20, 10, 5, 2, 1].map(current => nextConnections(current, 20, false)),
    [10, 5, 2, 1, 1],
  );
  assert.deepEqual(
    [1, 19, 20].map(current => nextConnections(current, 20, true)),
    [2, 20, 20],
  );
  // The limit was lowered meanwhile.
  assert.equal(nextConnections(20, 4, true), 4);
  assert.equal(nextConnections(20, 4, false), 2);
});

test('after ten failures in a row it gets one call a second', () => {
  assert.equal(slowUntil(9, now), null);
  assert.deepEqual(slowUntil(10, now), new Date(now.getTime() + 1000));
});
