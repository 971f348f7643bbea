import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBoundedLookUp } from './bounded-look-up.ts';
import { createPatience } from './patience.ts';

test('who has kept us waiting is waited for briefly until he answers in time; the others are not meant', () => {
  const patience = createPatience(3);
  patience.note(true, 'a');
  assert.deepEqual([patience.isShort('a'), patience.isShort('b')], [true, false]);
  patience.note(false, 'a');
  assert.equal(patience.isShort('a'), false);
});

test('when everybody keeps us waiting nobody is waited for long, until somebody answers in time', () => {
  const patience = createPatience(3);
  for (const client of ['a', 'b', 'c']) patience.note(true, client);
  assert.equal(patience.isShort('d'), true);
  patience.note(false, 'd');
  assert.deepEqual([patience.isShort('d'), patience.isShort('c')], [false, true]);
});

test('a thousand clients are remembered', () => {
  const patience = createPatience(10_000);
  for (let client = 0; client <= 1000; client += 1) patience.note(true, String(client));
  assert.deepEqual([patience.isShort('0'), patience.isShort('1'), patience.isShort('1000')], [false, true, true]);
});

test('one name that never answers leaves time for the others', async () => {
  const never = new Promise<never>(() => {});
  const lookUp = createBoundedLookUp(
    {
      lookUp: async (name: string) =>
        name === 'silent.test' ? never : { kind: 'records' as const, records: ['v=spf1 -all' as never], ttl: 60 },
    },
    { timeoutInMilliseconds: 600_000, questionInMilliseconds: 10, lookUpsMax: 10 },
  );
  assert.deepEqual(await lookUp.ask('client.test', 'TXT'), [['v=spf1 -all']]);
  assert.equal(lookUp.hasHung(), false);
  await assert.rejects(lookUp.ask('silent.test', 'TXT'), { code: 'ETIMEOUT' });
  assert.equal(lookUp.hasHung(), true);
  assert.deepEqual(await lookUp.ask('client.test', 'TXT'), [['v=spf1 -all']]);
  lookUp.end();
});
