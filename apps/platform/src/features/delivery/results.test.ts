import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import { DatabaseUnavailable, type Pool, StatementFailed, type Tx } from '@pennyblack/runtime/database/database.ts';
import type { PlatformEvent } from '../events/event.ts';
import type { Outcome } from './outcome.ts';
import type { Result } from './record-results.ts';
import { createResultRecorder } from './results.ts';
import { settle } from './testing/fake-receiver.ts';
import { sampleItem, sampleTime } from './testing/sample-items.ts';

const by = { host: 'mx.buyer.test', ip: '127.0.0.9' };

function result(number: number, outcome: Outcome = { kind: 'delivered', reply: 'smtp;250 OK', by }): Result {
  const messageId = `01900000-0000-7000-8000-${String(number).padStart(12, '0')}`;
  return { item: sampleItem({ messageId }), outcome };
}

/** A database that finds every row there, and fails when the test says so. */
function setUp(t: TestContext, fails: (events: readonly PlatformEvent[]) => unknown = () => undefined) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const committed: PlatformEvent[][] = [];
  const unstorable: string[] = [];
  let timesAway = 0;
  let side: number[] = [];
  let running = 0;
  const tx: Tx = {
    isTransaction: true,
    afterCommit: () => {},
    // Asked for the ids of bounces only.
    query: async () => [{ bounceId: 100_001 }] as never,
    prepared: async (_name, _text, [, messageIds, numbers]) =>
      (messageIds as string[]).map((messageId, position) => ({
        messageId,
        recipientNumber: (numbers as number[])[position],
      })) as never,
  };
  let heard: readonly PlatformEvent[] = [];
  const db = {
    transaction: async (work: (tx: Tx) => Promise<void>) => {
      running += 1;
      side.push(running);
      try {
        await new Promise(resolve => setImmediate(resolve));
        await work(tx);
        const error = fails(heard);
        if (error) throw error;
        committed.push([...heard]);
      } finally {
        running -= 1;
      }
    },
  } as unknown as Pool;
  const recorder = createResultRecorder({
    db,
    clock: createSetClock(sampleTime),
    recordEvents: async (_tx, events) => {
      heard = events;
      const error = fails(events);
      if (error) throw error;
    },
    onUnstorable: ({ item }) => unstorable.push(item.message.messageId),
    onDatabaseAway: () => {
      timesAway += 1;
    },
  });
  return {
    recorder,
    committed,
    unstorable,
    timesAway: () => timesAway,
    mostSideBySide: () => Math.max(...side),
    forget: () => {
      side = [];
    },
  };
}

const messagesOf = (events: readonly PlatformEvent[]) => events.map(event => event.messageId);

test('results of one moment are written together, at most three hundred in a transaction and two transactions at a time', async t => {
  const { recorder, committed, mostSideBySide } = setUp(t);
  const all = Array.from({ length: 650 }, (_, number) => recorder.record(result(number)));
  assert.equal(recorder.waiting(), 650);
  await Promise.all(all);
  assert.deepEqual(
    committed.map(events => events.length),
    [300, 300, 50],
  );
  assert.equal(mostSideBySide(), 2);
  assert.equal(recorder.waiting(), 0);
  await recorder.drained();
});

test('while the database is away results stay, nobody is told twice, and new work waits until they are written', async t => {
  let isAway = true;
  const { recorder, committed, timesAway } = setUp(t, () => (isAway ? new DatabaseUnavailable('away') : undefined));
  const written: string[] = [];
  void recorder.record(result(1)).then(() => written.push('first'));
  await settle();
  let isHealthy = false;
  void recorder.whenHealthy().then(() => {
    isHealthy = true;
  });
  for (let time = 0; time < 3; time += 1) {
    t.mock.timers.tick(500);
    await settle();
  }
  assert.deepEqual([written, isHealthy, timesAway(), recorder.waiting()], [[], false, 1, 1]);
  isAway = false;
  t.mock.timers.tick(500);
  await settle();
  assert.deepEqual([written, isHealthy], [['first'], true]);
  assert.deepEqual(committed.map(messagesOf), [[result(1).item.message.messageId]]);
  // Healthy again: no more waiting.
  await recorder.whenHealthy();
});

test('a result that PostgreSQL refuses is stored as its state only, and its neighbours are stored whole', async t => {
  const refusal = new StatementFailed('invalid byte sequence', '22021', undefined, {});
  const { recorder, committed, unstorable } = setUp(t, events =>
    events.some(event => String(event.details.reply).includes('\u0000')) ? refusal : undefined,
  );
  const poison = result(3, { kind: 'delivered', reply: 'smtp;250 \u0000', by });
  await Promise.all([result(1), result(2), poison, result(4), result(5)].map(recorder.record));
  assert.deepEqual(unstorable, [poison.item.message.messageId]);
  const events = committed.flat();
  assert.deepEqual(
    messagesOf(events).toSorted(),
    [1, 2, 3, 4, 5].map(number => result(number).item.message.messageId),
  );
  const stored = events.find(event => event.messageId === poison.item.message.messageId);
  assert.deepEqual(stored?.details, { reply: '', host: '', ip: '' });
  assert.equal(
    events.find(event => event.messageId === result(1).item.message.messageId)?.details.reply,
    'smtp;250 OK',
  );
});

test('of each kind the state alone keeps what decides, and nothing that came from outside', async t => {
  const refusal = new StatementFailed('no', '22021', undefined, {});
  const { recorder, committed } = setUp(t, events =>
    events.some(event => String(event.details.reply).includes('\u0000')) ? refusal : undefined,
  );
  const dueAt = new Date(sampleTime.getTime() + 60_000);
  const reply = 'smtp;452 \u0000';
  await recorder.record(result(1, { kind: 'deferred', reply, by, dueAt, isUncertain: true, isHeld: false }));
  await recorder.record(result(2, { kind: 'bounced', type: 'SoftBounce', reply, by }));
  assert.deepEqual(
    committed.flat().map(event => [event.kind, event.details.reply]),
    [
      ['recipient_deferred', ''],
      ['recipient_uncertain', undefined],
      ['recipient_bounced', ''],
    ],
  );
});

test('a deadlock costs nobody anything: the same results are written again a moment later', async t => {
  let failures = 1;
  const deadlock = new StatementFailed('deadlock detected', '40P01', undefined, {});
  const { recorder, committed, unstorable, timesAway } = setUp(t, () => (failures-- > 0 ? deadlock : undefined));
  const all = Promise.all([1, 2, 3, 4].map(number => recorder.record(result(number))));
  await settle();
  t.mock.timers.tick(500);
  await all;
  assert.equal(committed.flat().length, 4);
  assert.deepEqual([unstorable, timesAway()], [[], 0]);
});

test('a result that cannot be stored at all is told and given up, and delivery goes on', async t => {
  const refusal = new StatementFailed('out of range', '22003', undefined, {});
  const hopeless = result(2);
  const { recorder, committed, unstorable } = setUp(t, events =>
    events.some(event => event.messageId === hopeless.item.message.messageId) ? refusal : undefined,
  );
  await Promise.all([result(1), hopeless, result(3)].map(recorder.record));
  assert.deepEqual(
    messagesOf(committed.flat()).toSorted(),
    [1, 3].map(number => result(number).item.message.messageId),
  );
  assert.deepEqual([...new Set(unstorable)], [hopeless.item.message.messageId]);
  await recorder.whenHealthy();
});
