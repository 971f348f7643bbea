import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import { DatabaseUnavailable, type Queryable } from '@pennyblack/runtime/database/database.ts';
import { createDotMarker, LeaseLost } from './dot-marks.ts';
import { sampleItem, sampleTime } from './testing/sample-items.ts';

/** `isAlive` says whether a process still counts as alive; it may throw as the database does. */
function setUp(isAlive: (processNumber: unknown) => boolean) {
  const statements: (readonly unknown[])[] = [];
  const db: Queryable = {
    query: async () => [],
    prepared: async <R>(_name: string, _text: string, values: readonly unknown[]) => {
      statements.push(values);
      return (isAlive(values[0]) ? [{}] : []) as R[];
    },
  };
  return { markDot: createDotMarker(db, createSetClock(sampleTime)), statements };
}

test('the marks of one moment are one row, each with the attempt that is under way', async () => {
  const { markDot, statements } = setUp(() => true);
  const message = { serverId: 3, messageId: '01900000-0000-7000-8000-00000000000a' };
  await Promise.all([
    markDot(sampleItem({ ...message, recipientNumber: 0 })),
    markDot(sampleItem({ ...message, recipientNumber: 1, attempts: 4 })),
  ]);
  assert.deepEqual(statements, [[7, sampleTime, [3, 3], [message.messageId, message.messageId], [0, 1], [1, 5]]]);
});

test('a process that counts as dead may send no dot', async () => {
  const { markDot } = setUp(() => false);
  await assert.rejects(markDot(sampleItem()), LeaseLost);
});

test('right after a lease was lost, no dot of the old one goes out under the new one', async () => {
  const { markDot, statements } = setUp(processNumber => processNumber === 8);
  const settled = await Promise.allSettled([
    markDot(sampleItem({ ownerNumber: 7 })),
    markDot(sampleItem({ ownerNumber: 8, recipientNumber: 1 })),
  ]);
  assert.equal(settled[0]?.status, 'rejected');
  assert.ok(statements.every(values => values[0] !== 8 || (values[4] as number[]).join() === '1'));
  // The next batch is the new lease's alone.
  await markDot(sampleItem({ ownerNumber: 8, recipientNumber: 2 }));
});

test('a mark that could not be stored is told at once and not stored later, when its mail may have gone elsewhere', async () => {
  let isAway = true;
  const { markDot, statements } = setUp(() => {
    if (isAway) throw new DatabaseUnavailable('the connection broke');
    return true;
  });
  await assert.rejects(markDot(sampleItem()), DatabaseUnavailable);
  isAway = false;
  await markDot(sampleItem({ recipientNumber: 1 }));
  assert.deepEqual(
    statements.map(values => values[4]),
    [[0], [1]],
  );
});
