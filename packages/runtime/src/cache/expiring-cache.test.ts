import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSetClock } from '../clock.ts';
import { createExpiringCache } from './expiring-cache.ts';

function countingCache(answers: (string | undefined | Error)[]) {
  const clock = createSetClock(new Date(0));
  let loads = 0;
  const cache = createExpiringCache<string>({
    clock,
    keptForMilliseconds: 1000,
    entriesMax: 2,
    load: async () => {
      const answer = answers[loads++];
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  return { cache, clock, loads: () => loads };
}

test('a value is loaded once and kept until its time is over', async () => {
  const { cache, clock, loads } = countingCache(['first', 'second']);
  assert.deepEqual(await Promise.all([cache.get('a'), cache.get('a')]), ['first', 'first']);
  clock.advance(999);
  assert.equal(await cache.get('a'), 'first');
  clock.advance(1);
  assert.equal(await cache.get('a'), 'second');
  assert.equal(loads(), 2);
});

test('neither a failure nor a missing value is kept', async () => {
  const { cache } = countingCache([new Error('away'), undefined, 'found']);
  await assert.rejects(cache.get('a'), /away/);
  assert.equal(await cache.get('a'), undefined);
  assert.equal(await cache.get('a'), 'found');
});

test('the oldest entry goes when the cache is full, and clear forgets all', async () => {
  const { cache, loads } = countingCache(['a', 'b', 'c', 'a again', 'c again']);
  await cache.get('a');
  await cache.get('b');
  await cache.get('c');
  assert.equal(await cache.get('a'), 'a again');
  cache.clear();
  assert.equal(await cache.get('c'), 'c again');
  assert.equal(loads(), 5);
});

test('values are kept up to a weight: the oldest goes first, and what is too heavy alone is not kept at all', async () => {
  let loads = 0;
  const cache = createExpiringCache<string>({
    clock: createSetClock(new Date(0)),
    keptForMilliseconds: 1000,
    entriesMax: 100,
    weight: { max: 10, of: value => value.length },
    load: async key => {
      loads += 1;
      return key;
    },
  });
  const loadsOf = async (...keys: string[]) => {
    const before = loads;
    for (const key of keys) assert.equal(await cache.get(key), key);
    return loads - before;
  };
  assert.equal(await loadsOf('aaaa', 'bbbb', 'aaaa', 'bbbb'), 2);
  assert.equal(await loadsOf('cccc'), 1);
  assert.equal(await loadsOf('bbbb', 'cccc'), 0);
  assert.equal(await loadsOf('aaaa'), 1);
  assert.equal(await loadsOf('x'.repeat(11), 'x'.repeat(11), 'aaaa'), 2);
  cache.clear();
  assert.equal(await loadsOf('dddd', 'eeee', 'dddd', 'eeee'), 2);
  cache.forget('d');
  assert.equal(await loadsOf('eeee', 'dddd'), 1);
  assert.equal(await loadsOf('ff', 'eeee', 'dddd', 'ff'), 1);
});
