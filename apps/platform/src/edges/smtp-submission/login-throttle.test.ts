import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLoginThrottle } from './login-throttle.ts';

const limits = {
  waitsInMilliseconds: [0, 100, 200],
  failuresMax: 3,
  waitingMax: 1,
  forgetAfterSeconds: 10,
  entriesMax: 3,
};

function throttleAt(start: number) {
  let now = start;
  const throttle = createLoginThrottle(limits, () => now);
  return { throttle, pass: (seconds: number) => (now += seconds * 1000) };
}

test('the wait grows with each failure of a network, and of a user wherever he is tried from', () => {
  const { throttle } = throttleAt(0);
  assert.deepEqual(throttle.plan('a', 'x'), { kind: 'wait', milliseconds: 0 });
  assert.equal(throttle.failed('a', 'x'), false);
  assert.deepEqual(throttle.plan('a', 'y'), { kind: 'wait', milliseconds: 100 });
  assert.deepEqual(throttle.plan('b', 'X'), { kind: 'wait', milliseconds: 100 });
  assert.equal(throttle.failed('a', 'y'), false);
  assert.deepEqual(throttle.plan('a', 'z'), { kind: 'wait', milliseconds: 200 });
  assert.equal(throttle.failed('a', 'z'), true);
  assert.deepEqual(throttle.plan('b', 'other'), { kind: 'wait', milliseconds: 0 });
});

test('of those who must wait only so many may, and failures are forgotten', () => {
  const { throttle, pass } = throttleAt(0);
  throttle.failed('a', 'x');
  throttle.beginWaiting('a');
  assert.deepEqual(throttle.plan('a', 'y'), { kind: 'too_many' });
  throttle.endWaiting('a');
  assert.equal(throttle.plan('a', 'y').kind, 'wait');
  pass(10);
  assert.deepEqual(throttle.plan('a', 'y'), { kind: 'wait', milliseconds: 0 });
});

test('a login that was right once is not slowed by what others of its network do', () => {
  const { throttle } = throttleAt(0);
  throttle.succeeded('a', 'good');
  throttle.failed('a', 'bad');
  assert.deepEqual(throttle.plan('a', 'good'), { kind: 'wait', milliseconds: 0 });
  assert.deepEqual(throttle.plan('a', 'bad'), { kind: 'wait', milliseconds: 100 });
  throttle.failed('a', 'good');
  assert.deepEqual(throttle.plan('a', 'good'), { kind: 'wait', milliseconds: 200 });
});

test('memory is bounded: what was seen longest ago is forgotten', () => {
  const { throttle } = throttleAt(0);
  throttle.failed('a', 'x');
  throttle.failed('b', 'y');
  assert.deepEqual(throttle.plan('c', 'x'), { kind: 'wait', milliseconds: 0 });
  assert.deepEqual(throttle.plan('b', 'z'), { kind: 'wait', milliseconds: 100 });
});
