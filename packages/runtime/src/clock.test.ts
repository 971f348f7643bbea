import assert from 'node:assert/strict';
import test from 'node:test';
import { createSetClock } from './clock.ts';

test('a set clock stands still until it is moved, also backwards', () => {
  const clock = createSetClock(new Date(1000));
  assert.equal(clock.now().getTime(), 1000);
  clock.advance(500);
  assert.equal(clock.now().getTime(), 1500);
  clock.set(new Date(10));
  assert.equal(clock.now().getTime(), 10);
  clock.now().setTime(99);
  assert.equal(clock.now().getTime(), 10, 'what it gives away is a copy');
});
