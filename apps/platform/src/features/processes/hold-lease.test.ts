import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DatabaseUnavailable, type Queryable } from '@pennyblack/runtime/database/database.ts';
import { holdLease } from './hold-lease.ts';

/** A database of which the test says whether it is there, and whether the process lives. */
async function setUp(t: TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const state = {
    isAway: false,
    lives: true,
    inserted: 0,
    renewals: [] as number[],
    hangs: undefined as undefined | Promise<void>,
  };
  const db: Queryable = {
    prepared: () => assert.fail('not a hot path'),
    query: async <R>(strings: TemplateStringsArray, ...values: readonly unknown[]) => {
      if (state.hangs) await state.hangs;
      if (state.isAway) throw new DatabaseUnavailable('away');
      if (strings[0]?.includes('insert')) {
        state.inserted += 1;
        state.lives = true;
        return [{ processNumber: state.inserted }] as R[];
      }
      state.renewals.push(values[0] as number);
      return (state.lives ? [{}] : []) as R[];
    },
  };
  const lost: number[] = [];
  const errors: unknown[] = [];
  const lease = await holdLease(db, {
    hostName: 'here',
    roles: ['delivery'],
    onLost: oldNumber => lost.push(oldNumber),
    onError: error => errors.push(error),
  });
  t.after(() => lease.stopRenewing());
  const fiveSecondsPass = async () => {
    t.mock.timers.tick(5000);
    for (let turn = 0; turn < 5; turn += 1) await new Promise(resolve => setImmediate(resolve));
  };
  return { state, lease, lost, errors, fiveSecondsPass };
}

test('the lease is renewed every five seconds, under the same number', async t => {
  const { state, lease, lost, fiveSecondsPass } = await setUp(t);
  await fiveSecondsPass();
  await fiveSecondsPass();
  assert.deepEqual(state.renewals, [1, 1]);
  assert.equal(lease.processNumber(), 1);
  assert.deepEqual(lost, []);
});

test('a lost lease gives a new number first, and tells the old one then', async t => {
  const { state, lease, lost, fiveSecondsPass } = await setUp(t);
  state.lives = false;
  await fiveSecondsPass();
  assert.equal(lease.processNumber(), 2);
  assert.deepEqual(lost, [1]);
  await fiveSecondsPass();
  assert.deepEqual(state.renewals, [1, 2]);
  assert.deepEqual(lost, [1]);
});

test('while the database is away nothing is known: the number stays, and the renewal is tried again', async t => {
  const { state, lease, lost, errors, fiveSecondsPass } = await setUp(t);
  state.isAway = true;
  await fiveSecondsPass();
  await fiveSecondsPass();
  assert.equal(errors.length, 2);
  assert.equal(lease.processNumber(), 1);
  state.isAway = false;
  state.lives = false;
  await fiveSecondsPass();
  assert.equal(lease.processNumber(), 2);
  assert.deepEqual(lost, [1]);
});

test('a renewal that hangs is not doubled', async t => {
  const { state, fiveSecondsPass } = await setUp(t);
  let goOn: () => void = () => {};
  state.hangs = new Promise(resolve => {
    goOn = resolve;
  });
  await fiveSecondsPass();
  await fiveSecondsPass();
  await fiveSecondsPass();
  state.hangs = undefined;
  goOn();
  await new Promise(resolve => setImmediate(resolve));
  await fiveSecondsPass();
  assert.deepEqual(state.renewals, [1, 1]);
});

test('after the end nothing is renewed', async t => {
  const { state, lease, fiveSecondsPass } = await setUp(t);
  lease.stopRenewing();
  await fiveSecondsPass();
  assert.deepEqual(state.renewals, []);
});
