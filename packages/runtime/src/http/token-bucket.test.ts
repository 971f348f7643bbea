import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTokenBuckets } from './token-bucket.ts';

test('a second holds as many requests as the limit says, and fills evenly', () => {
  const buckets = createTokenBuckets(4);
  const allowed = [1, 2, 3, 4, 5].map(() => buckets.take('a', 1000).isAllowed);
  assert.deepEqual(allowed, [true, true, true, true, false]);
  assert.equal(buckets.take('a', 1249).isAllowed, false);
  assert.equal(buckets.take('a', 1250).isAllowed, true);
  assert.equal(buckets.take('b', 1250).remaining, 3);
});

test('the answer says when to come again', () => {
  const buckets = createTokenBuckets(0.1);
  assert.equal(buckets.take('a', 0).isAllowed, true);
  assert.deepEqual(buckets.take('a', 4000), {
    isAllowed: false,
    limit: 1,
    remaining: 0,
    resetInSeconds: 6,
    retryInSeconds: 6,
  });
});

test('a clock that goes back neither gives nor takes', () => {
  const buckets = createTokenBuckets(1);
  buckets.take('a', 10_000);
  assert.equal(buckets.take('a', 5000).isAllowed, false);
  assert.equal(buckets.take('a', 6000).isAllowed, true);
});

test('callers who stopped calling are forgotten, those who are still held back are not', () => {
  const buckets = createTokenBuckets(1);
  for (let caller = 0; caller < 10_000; caller += 1) buckets.take(`idle ${caller}`, 0);
  buckets.take('held back', 5000);
  buckets.take('new', 5000);
  assert.equal(buckets.take('held back', 5000).isAllowed, false);
  assert.equal(buckets.take('idle 1', 5000).isAllowed, true);
});
