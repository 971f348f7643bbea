import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import { DatabaseUnavailable, type Queryable } from '@pennyblack/runtime/database/database.ts';
import type { DeliveryItem } from './delivery-item.ts';
import { createSuppressionRecheck } from './recheck-suppressions.ts';
import { sampleItem, sampleTime } from './testing/sample-items.ts';

const freshForMilliseconds = 5000;

/** A database that knows these suppressed addresses. */
function setUp(suppressed: Set<string>) {
  const clock = createSetClock(sampleTime);
  const asked: string[][] = [];
  const db: Queryable = {
    query: async () => [],
    prepared: async <R>(_name: string, _text: string, [, , keys]: readonly unknown[]) => {
      const addresses = keys as string[];
      asked.push(addresses);
      // PostgreSQL counts from 1.
      return addresses.flatMap((key, index) => (suppressed.has(key) ? [{ position: index + 1 }] : [])) as R[];
    },
  };
  return { clock, asked, recheck: createSuppressionRecheck(db, clock) };
}

const none = () => [] as DeliveryItem[];
const to = (address: string) => sampleItem({ address, checkedAt: sampleTime });

test('an answer of the last five seconds is not asked for again', async () => {
  const { clock, asked, recheck } = setUp(new Set(['ana@buyer.test']));
  const item = to('ana@buyer.test');
  clock.advance(freshForMilliseconds);
  assert.equal(await recheck(item, none), true);
  assert.deepEqual(asked, []);
  clock.advance(1);
  assert.equal(await recheck(item, none), false);
  assert.deepEqual(asked, [['ana@buyer.test']]);
});

test('what will come next is asked about in the same statement, and then not again', async () => {
  const { clock, asked, recheck } = setUp(new Set(['ben@buyer.test']));
  const [ana, ben, carl] = [to('ana@buyer.test'), to('ben@buyer.test'), to('carl@buyer.test')];
  clock.advance(freshForMilliseconds + 1);
  const fresh = sampleItem({ address: 'fresh@buyer.test', checkedAt: clock.now() });
  assert.equal(await recheck(ana, () => [ben, fresh, carl]), true);
  assert.deepEqual(asked, [['ana@buyer.test', 'ben@buyer.test', 'carl@buyer.test']]);
  assert.equal(await recheck(ben, none), false);
  assert.equal(await recheck(carl, none), true);
  assert.equal(asked.length, 1);
});

test('following items are looked at only when a statement is needed', async () => {
  const { recheck } = setUp(new Set());
  assert.equal(await recheck(to('ana@buyer.test'), () => assert.fail('looked')), true);
});

test('when nobody can answer, the item may not go, and nothing counts as asked', async () => {
  const clock = createSetClock(sampleTime);
  const away = new DatabaseUnavailable('the connection broke');
  const failing = async () => {
    throw away;
  };
  const recheck = createSuppressionRecheck({ query: failing, prepared: failing }, clock);
  const item = to('ana@buyer.test');
  clock.advance(freshForMilliseconds + 1);
  await assert.rejects(recheck(item, none), away);
  assert.equal(item.checkedAt, sampleTime);
});
