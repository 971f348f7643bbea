import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGroupCommit } from './group-commit.ts';

type Item = { name: string; rows: number; bytes: number };

/** Commits end when the test says so. */
function setUp(changes: { slots?: number; rowsMax?: number; bytesMax?: number } = {}) {
  const groups: { names: string[]; end(): void; fail(error: Error): void }[] = [];
  const commit = createGroupCommit<Item, string>({
    slots: 1,
    rowsMax: 10,
    bytesMax: 1000,
    ...changes,
    rowsOf: item => item.rows,
    bytesOf: item => item.bytes,
    commit: items => {
      const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
      const names = items.map(item => item.name);
      groups.push({ names, end: () => resolve(names.map(name => `${name} stored`)), fail: reject });
      return promise;
    },
  });
  const submit = (name: string, size: { rows?: number; bytes?: number } = {}) =>
    commit.submit({ name, rows: 1, bytes: 1, ...size });
  return { groups, submit, waiting: commit.waiting, names: () => groups.map(group => group.names) };
}

test('a single message is committed in the next turn of the event loop, without any timer', async t => {
  // With these clocks standing still, nothing that waits for a timer would ever go.
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const { groups, submit, names } = setUp();
  const result = submit('a');
  await nextTurn();
  assert.deepEqual(names(), [['a']]);
  groups[0]?.end();
  assert.equal(await result, 'a stored');
});

test('what comes while a commit is under way goes together into the next one', async () => {
  const { groups, submit, names, waiting } = setUp();
  const first = submit('a');
  await nextTurn();
  const later = ['b', 'c', 'd'].map(name => submit(name));
  await nextTurn();
  assert.deepEqual(names(), [['a']]);
  assert.equal(waiting(), 3);
  groups[0]?.end();
  await first;
  await nextTurn();
  assert.deepEqual(names(), [['a'], ['b', 'c', 'd']]);
  groups[1]?.end();
  assert.deepEqual(await Promise.all(later), ['b stored', 'c stored', 'd stored']);
});

test('no more commits run side by side than there are slots', async () => {
  const { groups, submit, names } = setUp({ slots: 2, rowsMax: 1 });
  const results = ['a', 'b', 'c'].map(name => submit(name));
  await nextTurn();
  assert.deepEqual(names(), [['a'], ['b']]);
  groups[1]?.end();
  await results[1];
  await nextTurn();
  assert.deepEqual(names(), [['a'], ['b'], ['c']]);
  for (const group of groups) group.end();
  assert.deepEqual(await Promise.all(results), ['a stored', 'b stored', 'c stored']);
});

test('a group ends exactly at its rows, and exactly at its bytes', async () => {
  const byRows = setUp({ slots: 9, rowsMax: 10 });
  void byRows.submit('a', { rows: 4 });
  void byRows.submit('b', { rows: 6 });
  void byRows.submit('c', { rows: 1 });
  await nextTurn();
  assert.deepEqual(byRows.names(), [['a', 'b'], ['c']]);

  const byBytes = setUp({ slots: 9, bytesMax: 100 });
  void byBytes.submit('a', { bytes: 40 });
  void byBytes.submit('b', { bytes: 60 });
  void byBytes.submit('c', { bytes: 1 });
  await nextTurn();
  assert.deepEqual(byBytes.names(), [['a', 'b'], ['c']]);
});

test('a message larger than a whole group is committed alone, and does not keep the others waiting for ever', async () => {
  const { submit, names } = setUp({ slots: 9, rowsMax: 10, bytesMax: 100 });
  void submit('large', { bytes: 5000 });
  void submit('many recipients', { rows: 50 });
  void submit('small');
  await nextTurn();
  assert.deepEqual(names(), [['large'], ['many recipients'], ['small']]);
});

test('a failing group fails its own messages, and the next one goes', async () => {
  const { groups, submit, names } = setUp();
  const failing = [submit('a'), submit('b')];
  const settled = Promise.allSettled(failing);
  await nextTurn();
  const next = submit('c');
  const error = new Error('the database went away');
  groups[0]?.fail(error);
  assert.deepEqual(await settled, [
    { status: 'rejected', reason: error },
    { status: 'rejected', reason: error },
  ]);
  await nextTurn();
  assert.deepEqual(names(), [['a', 'b'], ['c']]);
  groups[1]?.end();
  assert.equal(await next, 'c stored');
});
