import assert from 'node:assert/strict';
import test from 'node:test';
import type { CallOutcome } from '../webhooks/ports.ts';
import { attemptOf, decideEnd, goodHealth, healthAfter, saysNever } from './call-result.ts';

const now = new Date('2026-03-04T05:06:07.089Z');
const inMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const dueAt = inMinutes(-3);
const call = { trigger: 'Delivery' as const, attemptsMade: 0, dueAt };
const answered = (status: number, answer = ''): CallOutcome => ({ kind: 'answered', status, answer, milliseconds: 12 });
const refused: CallOutcome = { kind: 'failed', failure: 'connection', text: 'refused', milliseconds: 4 };

test('an attempt ends its call, or puts it off and is counted', () => {
  assert.deepEqual(decideEnd(call, answered(204), 'classic', false, now), { kind: 'finished', state: 'succeeded' });
  const again = { kind: 'postponed', dueAt: inMinutes(1), attemptsMade: 1 };
  assert.deepEqual(decideEnd(call, answered(500), 'classic', false, now), again);
  assert.deepEqual(decideEnd(call, refused, 'classic', false, now), again);
  assert.deepEqual(decideEnd(call, answered(403), 'classic', false, now), { kind: 'finished', state: 'stopped' });
  assert.deepEqual(decideEnd(call, answered(404), 'postmark-2026', false, now), { kind: 'finished', state: 'stopped' });
  const last = { ...call, attemptsMade: 3 };
  assert.deepEqual(decideEnd(last, answered(500), 'classic', false, now), { kind: 'finished', state: 'failed' });
});

test('a probe that fails costs its call no attempt and no place; 403 and success end it all the same', () => {
  const kept = { kind: 'postponed', dueAt, attemptsMade: 3 };
  const last = { ...call, attemptsMade: 3 };
  assert.deepEqual(decideEnd(last, answered(500), 'classic', true, now), kept);
  assert.deepEqual(decideEnd(last, refused, 'classic', true, now), kept);
  assert.deepEqual(decideEnd(last, answered(404), 'postmark-2026', true, now), kept);
  assert.deepEqual(decideEnd(last, answered(403), 'postmark-2026', true, now), { kind: 'finished', state: 'stopped' });
  assert.deepEqual(decideEnd(last, answered(200), 'classic', true, now), { kind: 'finished', state: 'succeeded' });
});

test('an attempt keeps the answer or the failure, and when the next one is due', () => {
  const at = now.toISOString();
  const done = { kind: 'finished', state: 'succeeded' } as const;
  const again = { kind: 'postponed', dueAt: inMinutes(1), attemptsMade: 1 } as const;
  assert.deepEqual(attemptOf(answered(200), now, done), { at, milliseconds: 12, status: 200 });
  assert.deepEqual(attemptOf(answered(500, 'oh'), now, again), {
    at,
    milliseconds: 12,
    status: 500,
    answer: 'oh',
    nextAt: inMinutes(1).toISOString(),
  });
  const failure = { at, milliseconds: 4, status: null, failure: 'connection', text: 'refused' };
  // A probe has no next attempt of its own: the time that it goes back to has passed.
  assert.deepEqual(attemptOf(refused, now, { kind: 'postponed', dueAt, attemptsMade: 0 }), failure);
});

test('failures in a row are counted from the first; a success forgets them, 403 says nothing', () => {
  const once = healthAfter(goodHealth, answered(500), now);
  assert.deepEqual(once, { ...goodHealth, failuresInARow: 1, failingSince: now });
  const twice = healthAfter(once, refused, inMinutes(5));
  assert.deepEqual(twice, { ...goodHealth, failuresInARow: 2, failingSince: now });
  assert.equal(healthAfter(twice, answered(403), inMinutes(6)), twice);
  assert.equal(healthAfter(twice, answered(201), inMinutes(6)), goodHealth);
  const good = { ...goodHealth };
  assert.equal(healthAfter(good, answered(200), now), good);
  assert.equal(healthAfter({ ...goodHealth, restsUntil: now }, answered(200), now), goodHealth);
});

test('only 403 says "never again"', () => {
  assert.equal(saysNever(answered(403)), true);
  for (const outcome of [answered(200), answered(401), answered(404), answered(410), refused])
    assert.equal(saysNever(outcome), false);
});
