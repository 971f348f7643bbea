import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRateLimiter } from './rate-limiter.ts';

test('a window holds as many requests as the quota says, and fills evenly', () => {
  const limiter = createRateLimiter({ quota: 4, windowInSeconds: 1 });
  const allowed = [1, 2, 3, 4, 5].map(() => limiter.take('a', 1000).isAllowed);
  assert.deepEqual(allowed, [true, true, true, true, false]);
  assert.equal(limiter.take('a', 1249).isAllowed, false);
  assert.equal(limiter.take('a', 1250).isAllowed, true);
  assert.equal(limiter.take('b', 1250).remaining, 3);
});

test('the answer says what is left and when to come again', () => {
  const limiter = createRateLimiter({ quota: 6, windowInSeconds: 60 });
  const first = limiter.take('a', 0);
  assert.deepEqual(first, { isAllowed: true, remaining: 5, resetInSeconds: 10, retryInSeconds: 0 });
  for (let call = 0; call < 5; call += 1) limiter.take('a', 0);
  const refused = { isAllowed: false, remaining: 0, resetInSeconds: 56, retryInSeconds: 6 };
  assert.deepEqual(limiter.take('a', 4000), refused);
  // Being refused costs nothing.
  assert.deepEqual(limiter.take('a', 4000), refused);
  assert.equal(limiter.take('a', 10_000).isAllowed, true);
});

test('no window lets more through than twice the quota, and whoever keeps to the rate is never refused', () => {
  const rates = fc.record({ quota: fc.integer({ min: 1, max: 50 }), windowInSeconds: fc.constantFrom(1, 60, 3600) });
  fc.assert(
    fc.property(rates, fc.array(fc.nat(5000), { maxLength: 300 }), (rate, pauses) => {
      const limiter = createRateLimiter(rate);
      const window = rate.windowInSeconds * 1000;
      const allowed: number[] = [];
      let now = 0;
      for (const pause of pauses) {
        now += (pause / 5000) * (window / rate.quota);
        if (limiter.take('hasty', now).isAllowed) allowed.push(now);
      }
      for (const start of allowed)
        assert.ok(allowed.filter(moment => moment >= start && moment < start + window).length <= 2 * rate.quota);

      for (let call = 0; call < 3 * rate.quota; call += 1)
        assert.ok(limiter.take('steady', (call * window) / rate.quota).isAllowed);
    }),
  );
});

test('a third of a second three times is a second', () => {
  for (const start of [0, 1e9 + 1 / 3]) {
    const limiter = createRateLimiter({ quota: 3, windowInSeconds: 1 });
    const allowed = [1, 2, 3, 4].map(() => limiter.take('a', start).isAllowed);
    assert.deepEqual(allowed, [true, true, true, false]);
  }
});

test('a clock that goes back holds a caller back for one window at most', () => {
  const limiter = createRateLimiter({ quota: 1, windowInSeconds: 1 });
  limiter.take('a', 3_600_000);
  assert.deepEqual(limiter.take('a', 0), { isAllowed: false, remaining: 0, resetInSeconds: 1, retryInSeconds: 1 });
});

test('callers who stopped calling are forgotten, those who are still held back are not', () => {
  const limiter = createRateLimiter({ quota: 1, windowInSeconds: 1 });
  for (let caller = 0; caller < 1000; caller += 1) limiter.take(`idle ${caller}`, 0);
  limiter.take('held back', 5000);
  for (let caller = 0; caller < 1000; caller += 1) limiter.take(`new ${caller}`, 5000);
  assert.equal(limiter.size(), 1001);
  assert.equal(limiter.take('held back', 5000).isAllowed, false);
});

test('memory has an end: beyond it the caller who was allowed longest ago starts anew', () => {
  const limiter = createRateLimiter({ quota: 1, windowInSeconds: 3600 }, 100);
  for (let caller = 0; caller < 1000; caller += 1) limiter.take(caller, caller);
  assert.equal(limiter.size(), 100);
  assert.equal(limiter.take(999, 1000).isAllowed, false);
  assert.equal(limiter.take(0, 1000).isAllowed, true);
});
