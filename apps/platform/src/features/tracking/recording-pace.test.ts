import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restAfter } from './recording-pace.ts';

const batch = { hits: 500, milliseconds: 200, waiting: 0 };

test('recording follows at once what it can keep up with, and lets answers pass in a burst', () => {
  // A hit costs 0.4 ms to record: 500 a second are a fifth of the time, 5,000 are twice what there is.
  assert.equal(restAfter({ ...batch, takenPerMillisecond: 0.5 }), 0);
  assert.equal(restAfter({ ...batch, takenPerMillisecond: 5 }), 1000);
});

test('the more hits wait, the shorter the rest; and no rest is long', () => {
  assert.equal(restAfter({ ...batch, takenPerMillisecond: 5, waiting: 10_000 }), 500);
  assert.equal(restAfter({ ...batch, takenPerMillisecond: 5, waiting: 50_000 }), 0);
  assert.equal(restAfter({ ...batch, milliseconds: 60_000, takenPerMillisecond: 5 }), 3000);
});
