import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorkInTurns } from './work-in-turns.ts';

test('long work lets others have their turn in between, and keeps its order', async () => {
  const inTurns = createWorkInTurns();
  const order: string[] = [];
  const spend = (name: string) => () => {
    const endsAt = performance.now() + 6;
    while (performance.now() < endsAt);
    order.push(name);
    return name;
  };
  setImmediate(function other() {
    order.push('other');
    if (!order.includes('4')) setImmediate(other);
  });
  const done = await Promise.all(['1', '2', '3', '4'].map(name => inTurns(spend(name))));
  assert.deepEqual(done, ['1', '2', '3', '4']);
  assert.deepEqual(
    order.filter(name => name !== 'other'),
    ['1', '2', '3', '4'],
  );
  assert.ok(order.slice(order.indexOf('1'), order.indexOf('4')).includes('other'));
});

test('a mistake in the work is the mistake of its caller alone', async () => {
  const inTurns = createWorkInTurns();
  const settled = await Promise.allSettled([
    inTurns(() => {
      throw new Error('broken');
    }),
    inTurns(() => 'fine'),
  ]);
  assert.deepEqual(
    settled.map(({ status }) => status),
    ['rejected', 'fulfilled'],
  );
});
