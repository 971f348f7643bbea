import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createRemoteIntake } from './remote-intake.ts';
import { settle } from './testing/fake-receiver.ts';

function setUp(t: TestContext, notify: () => Promise<void> = async () => {}) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let count = 0;
  const errors: unknown[] = [];
  const intake = createRemoteIntake(
    () => {
      count += 1;
      return notify();
    },
    error => errors.push(error),
  );
  return { intake, errors, count: () => count, tick: (milliseconds: number) => t.mock.timers.tick(milliseconds) };
}

test('the first message is told at once, and the last one of a flood too', t => {
  const { intake, count, tick } = setUp(t);
  intake.wake();
  assert.equal(count(), 1);
  intake.wake();
  intake.wake();
  assert.equal(count(), 1);
  tick(49);
  assert.equal(count(), 1);
  tick(1);
  assert.equal(count(), 2);
  // Nothing came since: silence.
  tick(1000);
  assert.equal(count(), 2);
  intake.wake();
  assert.equal(count(), 3);
});

test('a thousand messages in a second are at most twenty notifications, besides the first', t => {
  const { intake, count, tick } = setUp(t);
  for (let millisecond = 0; millisecond < 1000; millisecond += 1) {
    intake.wake();
    tick(1);
  }
  assert.equal(count(), 21);
});

test('a notification that fails is told and does not stop the next one', async t => {
  const failure = new Error('the connection broke');
  const { intake, errors, count, tick } = setUp(t, () => Promise.reject(failure));
  intake.wake();
  await settle();
  assert.deepEqual(errors, [failure]);
  tick(50);
  intake.wake();
  await settle();
  assert.equal(count(), 2);
});

test('nothing is owned here: every row waits for a delivering process', t => {
  const { intake } = setUp(t);
  assert.equal(intake.reserve(0, {} as Parameters<typeof intake.reserve>[1], 1), undefined);
});
