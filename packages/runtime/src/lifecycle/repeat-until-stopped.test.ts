import assert from 'node:assert/strict';
import test from 'node:test';
import { repeatUntilStopped } from './repeat-until-stopped.ts';

/** A promise that the test resolves when it wants. */
function gate() {
  return Promise.withResolvers<void>();
}

const hour = 3_600_000;
const never = (error: unknown) => assert.fail(String(error));

test('a job that has more to do runs again at once, and then waits', async () => {
  const third = gate();
  let runs = 0;
  const repeated = repeatUntilStopped(
    async () => {
      runs += 1;
      if (runs === 3) third.resolve();
      return runs < 3 ? 'again' : 'done';
    },
    { delayInMilliseconds: hour, onError: never },
  );
  await third.promise;
  await repeated.stop();
  assert.equal(runs, 3);
});

test('a wake-up ends the pause, and is not lost while the job runs', async () => {
  const second = gate();
  const inFirst = gate();
  const endFirst = gate();
  let runs = 0;
  const repeated = repeatUntilStopped(
    async () => {
      runs += 1;
      if (runs === 1) {
        inFirst.resolve();
        await endFirst.promise;
      } else second.resolve();
      return 'done';
    },
    { delayInMilliseconds: hour, onError: never },
  );
  await inFirst.promise;
  repeated.wake();
  endFirst.resolve();
  await second.promise;
  await repeated.stop();
  assert.equal(runs, 2);
});

test('a job that fails is tried again, with its failures counted until it succeeds', async () => {
  const counted: number[] = [];
  const done = gate();
  let runs = 0;
  const repeated = repeatUntilStopped(
    async () => {
      runs += 1;
      if (runs <= 2 || runs === 4) throw new Error('away');
      if (runs === 3) return 'again';
      done.resolve();
      return 'done';
    },
    { delayInMilliseconds: 1, errorDelayInMillisecondsMax: 1, onError: (_error, failures) => counted.push(failures) },
  );
  await done.promise;
  await repeated.stop();
  assert.deepEqual(counted, [1, 2, 1]);
});

test('stop waits for the run in hand, tells it, and lets no other start', async () => {
  const started = gate();
  let runs = 0;
  let hasEnded = false;
  const repeated = repeatUntilStopped(
    async stopping => {
      runs += 1;
      started.resolve();
      await new Promise<void>(resolve => stopping.addEventListener('abort', () => resolve()));
      hasEnded = true;
      throw new Error('cut short');
    },
    { delayInMilliseconds: 1, onError: never },
  );
  await started.promise;
  await repeated.stop();
  assert.ok(hasEnded);
  assert.equal(runs, 1);
});
