import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  expiredPartitions,
  missingPartitions,
  type Partition,
  partitionName,
  readPartitionName,
} from './partition-rules.ts';

const day = (text: string) => new Date(`${text}T00:00:00.000Z`);
const oneDay = 86_400_000;

function partition(table: string, from: string, to: string): Partition {
  return { name: partitionName(table, day(from), day(to)), from: day(from), to: day(to) };
}

test('a name says its days, and is read back', () => {
  const made = partition('messages', '2026-11-16', '2026-11-23');
  assert.equal(made.name, 'messages_p20261116_20261123');
  assert.deepEqual(readPartitionName(made.name), made);
  for (const foreign of ['messages', 'messages_default', 'messages_p2026', 'messages_p20261116_20261123_old']) {
    assert.equal(readPartitionName(foreign), undefined, foreign);
  }
});

test('the first start makes one partition for clocks that are behind, and four lengths ahead', () => {
  const made = missingPartitions('messages', [], 7, new Date('2026-11-21T15:00:00Z'));
  assert.deepEqual(
    made.map(one => [one.from.toISOString().slice(0, 10), one.to.toISOString().slice(0, 10)]),
    [
      ['2026-11-14', '2026-11-21'],
      ['2026-11-21', '2026-11-28'],
      ['2026-11-28', '2026-12-05'],
      ['2026-12-05', '2026-12-12'],
      ['2026-12-12', '2026-12-19'],
    ],
  );
});

test('a second run at the same moment makes nothing; a week later it makes one', () => {
  const now = new Date('2026-11-21T15:00:00Z');
  const made = missingPartitions('messages', [], 7, now);
  assert.deepEqual(missingPartitions('messages', made, 7, now), []);
  const later = missingPartitions('messages', made, 7, new Date(now.getTime() + 7 * oneDay));
  assert.deepEqual(later, [partition('messages', '2026-12-19', '2026-12-26')]);
});

test('another length takes effect after the last existing partition', () => {
  const existing = [partition('messages', '2026-11-16', '2026-11-23')];
  const made = missingPartitions('messages', existing, 1, new Date('2026-11-21T00:00:00Z'));
  assert.deepEqual(made, [
    partition('messages', '2026-11-23', '2026-11-24'),
    partition('messages', '2026-11-24', '2026-11-25'),
  ]);
});

test('after a long pause nothing is made for the time that nobody was there', () => {
  const existing = [partition('messages', '2025-01-01', '2025-01-08')];
  const [first] = missingPartitions('messages', existing, 7, new Date('2026-11-21T12:00:00Z'));
  assert.deepEqual(first, partition('messages', '2026-11-14', '2026-11-21'));
});

test('partitions never overlap, have no hole from now on, and hold the present, whatever the lengths', t => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const steps = fc.array(
    fc.record({ length: fc.integer({ min: 1, max: 40 }), pause: fc.integer({ min: 0, max: 90 }) }),
    {
      minLength: 1,
      maxLength: 8,
    },
  );
  fc.assert(
    fc.property(steps, all => {
      let now = Date.UTC(2026, 0, 1, 13);
      const existing: Partition[] = [];
      for (const { length, pause } of all) {
        now += pause * oneDay;
        existing.push(...missingPartitions('messages', existing, length, new Date(now)));
        const sorted = existing.toSorted((a, b) => a.from.getTime() - b.from.getTime());
        sorted.forEach((one, position) => {
          const next = sorted[position + 1];
          if (next) assert.ok(one.to.getTime() <= next.from.getTime());
        });
        const isHeld = (time: number) => existing.some(one => one.from.getTime() <= time && time < one.to.getTime());
        for (let ahead = 0; ahead < 4 * length; ahead += 1)
          assert.ok(isHeld(now + ahead * oneDay), `${ahead} days ahead`);
      }
    }),
    { seed, numRuns: 100 },
  );
});

test('a partition may go when its last moment is as old as the retention time, and not a millisecond before', () => {
  const old = partition('messages', '2026-10-01', '2026-10-08');
  const exactly = new Date(day('2026-10-08').getTime() + 45 * oneDay);
  assert.deepEqual(expiredPartitions([old], 45, exactly), [old]);
  assert.deepEqual(expiredPartitions([old], 45, new Date(exactly.getTime() - 1)), []);
});
