import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRetryCounts } from './count-retries.ts';

const noon = new Date('2026-11-26T12:00:00Z');

test('tries that must be made again are counted by mail server, most first, and begin anew each day', () => {
  const counts = createRetryCounts();
  for (const host of ['mx.a.test', 'MX.B.test', 'mx.b.test', '']) counts.add(host, noon);
  assert.deepEqual(counts.top(noon), [
    { host: 'mx.b.test', count: 2 },
    { host: 'mx.a.test', count: 1 },
    { host: 'unknown', count: 1 },
  ]);
  assert.deepEqual(counts.top(new Date('2026-11-27T00:00:00Z')), []);
});

test('neither what is kept nor what is shown grows with the number of hosts', () => {
  const counts = createRetryCounts();
  for (let number = 0; number < 6000; number += 1) counts.add(`mx${number}.test`, noon);
  assert.equal(counts.top(noon).length, 50);
  assert.deepEqual(counts.top(noon)[0], { host: 'others', count: 1000 });
});
