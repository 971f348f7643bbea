import assert from 'node:assert/strict';
import test from 'node:test';
import { createCallsInHand } from './calls-in-hand.ts';
import type { DueCall } from './store.ts';

function call(callId: string, orderKey: string, behindCallId: string | null = null): DueCall {
  const about = { serverId: 1, webhookId: 2, eventId: callId, trigger: 'Delivery', includesContent: false } as const;
  return { ...about, callId, orderKey, behindCallId, holdsBackOthers: false, attemptsMade: 0, dueAt: new Date(0) };
}

function handWith(...calls: DueCall[]) {
  const hand = createCallsInHand<DueCall>();
  load(hand, ...calls);
  return hand;
}

function load(hand: ReturnType<typeof handWith>, ...calls: DueCall[]): void {
  hand.beginLoading();
  hand.endLoading(calls);
}

function takeAll(hand: ReturnType<typeof handWith>): DueCall[] {
  const taken: DueCall[] = [];
  for (let next = hand.next(); next !== undefined; next = hand.next()) taken.push(next);
  return taken;
}

const ids = (calls: readonly DueCall[]) => calls.map(each => each.callId);

test('calls of different keys go side by side, those of one key one after another', () => {
  const [a1, a2, b1] = [call('a1', 'a'), call('a2', 'a', 'a1'), call('b1', 'b')] as const;
  const hand = handWith(a1, a2, b1);
  assert.deepEqual(ids(takeAll(hand)), ['a1', 'b1']);
  hand.settle(a1, false);
  // The next goes on although the result of the first is not recorded yet.
  assert.deepEqual(ids(takeAll(hand)), ['a2']);
  assert.equal(hand.count(), 3);
  for (const each of [a1, a2, b1]) hand.forget(each);
  assert.equal(hand.count(), 0);
});

test('behind a call that is postponed nothing is made, neither what was in hand nor what is read meanwhile', () => {
  const [a1, a2, a3] = [call('a1', 'a'), call('a2', 'a', 'a1'), call('a3', 'a', 'a2')] as const;
  const hand = handWith(a1, a2);
  takeAll(hand);
  hand.settle(a1, true);
  assert.equal(hand.count(), 1);
  load(hand, a1, a2, a3);
  assert.deepEqual(takeAll(hand), []);
  hand.forget(a1);
  assert.equal(hand.count(), 0);
});

test('a row that was read before its result was recorded is not taken up again', () => {
  const a1 = call('a1', 'a');
  const hand = handWith(a1);
  takeAll(hand);
  hand.beginLoading();
  hand.settle(a1, false);
  hand.forget(a1);
  hand.endLoading([a1]);
  assert.equal(hand.hasNext(), false);
  assert.equal(hand.count(), 0);
});

test('a call behind one that is not in hand is left for later', () => {
  const hand = handWith(call('a2', 'a', 'a1'));
  assert.equal(hand.count(), 0);
  load(hand, call('a1', 'a'), call('a2', 'a', 'a1'));
  assert.equal(hand.count(), 2);
});

test('what is in hand twice is taken once', () => {
  const a1 = call('a1', 'a');
  const hand = handWith(a1, a1);
  load(hand, a1);
  assert.deepEqual(ids(takeAll(hand)), ['a1']);
  load(hand, a1);
  assert.deepEqual(takeAll(hand), []);
});

test('dropping what is ready keeps what is under way, and what follows it can be read again', () => {
  const [a1, a2, b1] = [call('a1', 'a'), call('a2', 'a', 'a1'), call('b1', 'b')] as const;
  const hand = handWith(a1, a2, b1);
  assert.equal(hand.next(), a1);
  hand.dropReady();
  assert.equal(hand.count(), 1);
  assert.equal(hand.hasNext(), false);
  load(hand, a1, a2, b1);
  assert.equal(hand.next(), b1);
  hand.settle(a1, false);
  assert.equal(hand.next(), a2);
});
