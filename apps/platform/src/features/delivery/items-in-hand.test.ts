import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import type { DeliveryItem } from './delivery-item.ts';
import { createItemsInHand, type Deferral } from './items-in-hand.ts';
import type { Outcome } from './outcome.ts';
import type { Result } from './record-results.ts';
import { createRoom } from './room.ts';
import { settle } from './testing/fake-receiver.ts';
import { sampleItem, sampleTime } from './testing/sample-items.ts';

const twoDays = 48 * 3_600_000;
const greylisted: Deferral = {
  reply: 'smtp;451 4.7.1 greylisted',
  by: { host: 'mx.buyer.test', ip: '192.0.2.1' },
  isUncertain: false,
};

function setUp(holdsUncertain: () => Promise<boolean> = async () => false) {
  const clock = createSetClock(sampleTime);
  const room = createRoom({ itemsMaxPerLane: 10, bytesMax: 100_000 });
  const stored = Promise.withResolvers<void>();
  const recorded: Result[] = [];
  const outcomes: Outcome[] = [];
  const errors: unknown[] = [];
  const items = createItemsInHand({
    clock,
    random: { fraction: () => 0.5, bytes: length => Buffer.alloc(length) },
    room,
    results: {
      record: result => {
        recorded.push(result);
        return stored.promise;
      },
      whenHealthy: async () => {},
      drained: async () => {},
      waiting: () => 0,
    },
    retryDelaysInSeconds: [60, 300],
    holdsUncertain,
    onOutcome: outcome => outcomes.push(outcome),
    onError: error => errors.push(error),
  });
  const take = (changes: Parameters<typeof sampleItem>[0] = {}): DeliveryItem => {
    const item = sampleItem(changes);
    assert.ok(room.reserve(item.lane, 1, item.message.bytes));
    return item;
  };
  return { clock, room, items, recorded, outcomes, errors, take, store: stored.resolve };
}

test('an item takes room until its outcome is stored, not only until it is known', async () => {
  const { room, items, recorded, outcomes, take, store } = setUp();
  const item = take();
  const outcome: Outcome = { kind: 'delivered', reply: 'smtp;250 OK', by: greylisted.by };
  items.finish(item, outcome);
  assert.deepEqual(outcomes, [outcome]);
  assert.deepEqual(recorded, [{ item, outcome }]);
  await settle();
  assert.equal(room.itemsHeld(), 1);
  store();
  await settle();
  assert.equal(room.itemsHeld(), 0);
});

test('an attempt that asks for patience is followed by the next one of the schedule', () => {
  const { items, recorded, take } = setUp();
  items.defer(take({ attempts: 0 }), greylisted);
  items.defer(take({ attempts: 1 }), greylisted);
  items.defer(take({ attempts: 9 }), greylisted);
  assert.deepEqual(
    recorded.map(({ outcome }) => outcome),
    [60, 300, 300].map(seconds => ({
      kind: 'deferred',
      dueAt: new Date(sampleTime.getTime() + seconds * 1000),
      isHeld: false,
      ...greylisted,
    })),
  );
});

test('after 48 hours the last answer becomes a soft bounce; a millisecond earlier there is another attempt', () => {
  const { clock, items, recorded, take } = setUp();
  const item = take({ receivedAt: sampleTime });
  clock.advance(twoDays - 1);
  items.defer(item, greylisted);
  clock.advance(1);
  items.defer(item, greylisted);
  assert.equal(recorded[0]?.outcome.kind, 'deferred');
  assert.deepEqual(recorded[1]?.outcome, {
    kind: 'bounced',
    type: 'SoftBounce',
    reply: greylisted.reply,
    by: greylisted.by,
  });
});

test('nobody answered after the dot: the stream says whether the recipient is sent to again or held', async () => {
  for (const holds of [true, false]) {
    const { items, recorded, take } = setUp(async () => holds);
    items.defer(take(), { ...greylisted, isUncertain: true });
    await settle();
    const [result] = recorded;
    assert.ok(result?.outcome.kind === 'deferred');
    assert.equal(result.outcome.isUncertain, true);
    assert.equal(result.outcome.isHeld, holds);
  }
});

test("when the stream's wish cannot be read the recipient is sent to again, and the failure is told", async () => {
  const failure = new Error('the database is away');
  const { items, recorded, errors, take } = setUp(async () => {
    throw failure;
  });
  items.defer(take(), { ...greylisted, isUncertain: true });
  await settle();
  assert.ok(recorded[0]?.outcome.kind === 'deferred');
  assert.equal(recorded[0].outcome.isHeld, false);
  assert.deepEqual(errors, [failure]);
});

test('the stream is not asked about attempts that were answered', () => {
  const { items, recorded, take } = setUp(async () => assert.fail('asked'));
  items.defer(take(), greylisted);
  assert.equal(recorded.length, 1);
});
