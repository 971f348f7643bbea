import assert from 'node:assert/strict';
import test from 'node:test';
import { createSeededRandom } from './random.ts';

test('the same seed gives the same chance, another seed another', () => {
  const draw = (seed: number) => {
    const random = createSeededRandom(seed);
    return [random.fraction(), random.fraction(), random.bytes(16).toString('hex')];
  };
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
});

test('fractions lie between 0 and 1 and spread evenly', () => {
  const random = createSeededRandom(1840);
  const tenths = new Array<number>(10).fill(0);
  for (let count = 0; count < 10_000; count += 1) {
    const fraction = random.fraction();
    assert.ok(fraction >= 0 && fraction < 1);
    const tenth = Math.floor(fraction * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  for (const share of tenths) assert.ok(share > 850 && share < 1150, String(tenths));
});
