import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createBatchWriter } from './batch-writer.ts';

/** Writes end when the test says so. */
function setUp(
  options: {
    itemsMax?: number;
    writesMax?: number;
    pauseInMilliseconds?: number;
    decision?: 'again' | 'rejected';
  } = {},
) {
  const writes: { items: readonly string[]; end(): void; fail(error: Error): void }[] = [];
  const failures: { error: unknown; items: readonly string[] }[] = [];
  const writer = createBatchWriter<string>({
    itemsMax: options.itemsMax ?? 100,
    writesMax: options.writesMax ?? 1,
    pauseInMilliseconds: options.pauseInMilliseconds ?? 0,
    writeBatch: items => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      writes.push({ items, end: resolve, fail: reject });
      return promise;
    },
    onFailure: async (error, items) => {
      failures.push({ error, items });
      return options.decision ?? 'rejected';
    },
  });
  return { writer, writes, failures, written: () => writes.map(write => write.items) };
}

test('what comes in one turn is one batch, and what comes during a write goes into the next one', async () => {
  const { writer, writes, written } = setUp();
  const first = [writer.write('a'), writer.write('b')];
  await nextTurn();
  const second = [writer.write('c'), writer.write('d')];
  await nextTurn();
  assert.deepEqual(written(), [['a', 'b']]);
  assert.equal(writer.waiting(), 4);
  writes[0]?.end();
  await Promise.all(first);
  await nextTurn();
  assert.deepEqual(written(), [
    ['a', 'b'],
    ['c', 'd'],
  ]);
  assert.equal(writer.waiting(), 2);
  writes[1]?.end();
  await Promise.all(second);
  assert.equal(writer.waiting(), 0);
});

test('a batch has at most so many items, and no more writes run side by side than allowed', async () => {
  const { writer, writes, written } = setUp({ itemsMax: 2, writesMax: 2 });
  const all = ['a', 'b', 'c', 'd', 'e'].map(item => writer.write(item));
  await nextTurn();
  assert.deepEqual(written(), [
    ['a', 'b'],
    ['c', 'd'],
  ]);
  writes[1]?.end();
  await nextTurn();
  assert.deepEqual(written()[2], ['e']);
  for (const write of writes) write.end();
  await Promise.all(all);
});

test('a failed batch that is to be written again is written whole, before anything that came later', async () => {
  const { writer, writes, failures, written } = setUp({ decision: 'again' });
  const first = [writer.write('a'), writer.write('b')];
  await nextTurn();
  const later = writer.write('c');
  const error = new Error('the database is away');
  writes[0]?.fail(error);
  await nextTurn();
  assert.deepEqual(failures, [{ error, items: ['a', 'b'] }]);
  assert.deepEqual(written(), [
    ['a', 'b'],
    ['a', 'b'],
  ]);
  writes[1]?.end();
  await Promise.all(first);
  await nextTurn();
  writes[2]?.end();
  await later;
});

test('a batch that is given up fails its own items only', async () => {
  const { writer, writes } = setUp({ itemsMax: 1 });
  const settled = Promise.allSettled([writer.write('a'), writer.write('b')]);
  await nextTurn();
  const error = new Error('refused');
  writes[0]?.fail(error);
  await nextTurn();
  writes[1]?.end();
  assert.deepEqual(await settled, [
    { status: 'rejected', reason: error },
    { status: 'fulfilled', value: undefined },
  ]);
});

test('with a pause, a lone item is written at once and what follows is gathered until the pause is over', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { writer, writes, written } = setUp({ pauseInMilliseconds: 5, writesMax: 2 });
  const all = [writer.write('a')];
  await nextTurn();
  assert.deepEqual(written(), [['a']]);
  writes[0]?.end();
  for (const item of ['b', 'c']) {
    all.push(writer.write(item));
    await nextTurn();
  }
  t.mock.timers.tick(4);
  assert.equal(writes.length, 1);
  t.mock.timers.tick(1);
  assert.deepEqual(written(), [['a'], ['b', 'c']]);
  writes[1]?.end();
  await Promise.all(all);
  // After a pause with nothing to write, the next item waits for nothing.
  t.mock.timers.tick(5);
  const last = writer.write('d');
  await nextTurn();
  assert.deepEqual(written()[2], ['d']);
  writes[2]?.end();
  await last;
});

test('drained: at once when nothing waits, otherwise when the last write has ended', async () => {
  const { writer, writes } = setUp({ itemsMax: 1 });
  await writer.drained();
  let isDrained = false;
  void writer.write('a');
  void writer.write('b');
  const drained = writer.drained().then(() => {
    isDrained = true;
  });
  await nextTurn();
  writes[0]?.end();
  await nextTurn();
  assert.equal(isDrained, false);
  writes[1]?.end();
  await drained;
});
