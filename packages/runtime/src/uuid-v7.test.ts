import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { createSetClock } from './clock.ts';
import { createSeededRandom } from './random.ts';
import { createUuidV7Source, firstUuidV7Of, isUuid, timeOfUuidV7 } from './uuid-v7.ts';

const start = new Date('2026-11-21T02:00:00.123Z');
// RFC 9562 5.7: 48 bits of time, version 7, 12 bits, variant 10, 62 bits.
const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('an id has version, variant and the millisecond it was made in', () => {
  const next = createUuidV7Source(createSetClock(start), createSeededRandom(1));
  const id = next();
  assert.match(id, shape);
  assert.ok(isUuid(id));
  assert.deepEqual(timeOfUuidV7(id), start);
});

test('ids never go back and never repeat, whatever the clock does', () => {
  const move = fc.oneof(
    fc.record({ milliseconds: fc.integer({ min: -5000, max: 5000 }), ids: fc.integer({ min: 0, max: 50 }) }),
    fc.record({ milliseconds: fc.constant(0), ids: fc.integer({ min: 4090, max: 4200 }) }),
  );
  fc.assert(
    fc.property(fc.array(move, { maxLength: 20 }), fc.integer(), (moves, seed) => {
      const clock = createSetClock(start);
      const next = createUuidV7Source(clock, createSeededRandom(seed));
      let last = '';
      for (const { milliseconds, ids } of moves) {
        clock.advance(milliseconds);
        for (let count = 0; count < ids; count += 1) {
          const id = next();
          assert.match(id, shape);
          assert.ok(id > last, `${id} after ${last}`);
          last = id;
        }
      }
    }),
    { numRuns: 50 },
  );
});

test('more ids than a millisecond holds borrow from the next one', () => {
  const next = createUuidV7Source(createSetClock(start), createSeededRandom(1));
  const ids = Array.from({ length: 4097 }, next);
  assert.equal(timeOfUuidV7(ids[4095] ?? '').getTime(), start.getTime());
  assert.equal(timeOfUuidV7(ids[4096] ?? '').getTime(), start.getTime() + 1);
});

test('a time range by ids takes what was made inside, and nothing else', () => {
  const clock = createSetClock(start);
  const next = createUuidV7Source(clock, createSeededRandom(1));
  const before = next();
  clock.advance(1);
  const inside = next();
  const bound = firstUuidV7Of(clock.now());
  assert.ok(before < bound && bound <= inside);
  assert.deepEqual(timeOfUuidV7(bound), clock.now());
  assert.equal(firstUuidV7Of(new Date(-1)), '00000000-0000-0000-0000-000000000000');
});

test('what is no UUID is not taken for one', () => {
  for (const text of ['', 'x', '0193-', `${firstUuidV7Of(start)}0`, `{${firstUuidV7Of(start)}}`]) {
    assert.ok(!isUuid(text), text);
  }
});
