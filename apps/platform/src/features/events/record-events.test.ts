import assert from 'node:assert/strict';
import test from 'node:test';
import { addServer, makeTestId, readEvents, testWorld } from '../../testing/test-world.ts';
import type { PlatformEvent, StoredEvent } from './event.ts';
import { listUncertain } from './list-uncertain.ts';
import { readTimeline } from './read-timeline.ts';
import { createEventRecorder } from './record-events.ts';

const { database: db, accountId } = await testWorld();
const server = async () => (await addServer(db.accept, accountId, 'Live')).serverId;
const plain = createEventRecorder(makeTestId, []);

function event(serverId: number, changes: Partial<PlatformEvent> = {}): PlatformEvent {
  return {
    kind: 'recipient_delivered',
    serverId,
    messageId: makeTestId(),
    recipientNumber: 0,
    streamId: 'outbound',
    recipient: 'ana@buyer.test',
    details: { reply: 'smtp;250 OK' },
    ...changes,
  };
}

test('subscribers hear of events in their order, inside the transaction, with the ids that are stored', async () => {
  const serverId = await server();
  const heard: string[] = [];
  let seenInside = 0;
  let ids: string[] = [];
  const record = createEventRecorder(makeTestId, [
    async (tx, events) => {
      heard.push('first');
      ids = events.map(one => one.eventId);
      seenInside = (await tx.query`select 1 from events where server_id = ${serverId}`).length;
    },
    async () => void heard.push('second'),
  ]);
  const now = new Date();
  await db.accept.transaction(tx => record(tx, [event(serverId)], now));
  assert.deepEqual(heard, ['first', 'second']);
  assert.equal(seenInside, 1);
  const rows = await db.reads.query`
    select event_id as id, occurred_at as at from events where server_id = ${serverId}`;
  assert.deepEqual(rows, [{ id: ids[0], at: now }]);
});

test('a subscriber that fails takes the event back, and what an earlier one has written', async () => {
  const serverId = await server();
  const record = createEventRecorder(makeTestId, [
    async tx => void (await tx.query`insert into upkeep_jobs (name, next_at) values ('a subscriber’s row', now())`),
    async () => {
      throw new Error('no');
    },
  ]);
  await assert.rejects(
    db.accept.transaction(tx => record(tx, [event(serverId)], new Date())),
    /no/,
  );
  assert.deepEqual(await readEvents(db.reads, serverId), []);
  assert.deepEqual(await db.reads.query`select 1 from upkeep_jobs where name = 'a subscriber’s row'`, []);
});

test('an acceptance is told to subscribers and not stored: the message says as much', async () => {
  const serverId = await server();
  const heard: StoredEvent[] = [];
  const record = createEventRecorder(makeTestId, [async (_tx, events) => void heard.push(...events)]);
  const accepted = event(serverId, { kind: 'message_accepted', details: { recipients: 1 } });
  await db.accept.transaction(tx => record(tx, [accepted, event(serverId)], new Date()));
  assert.deepEqual(
    heard.map(one => one.kind),
    ['message_accepted', 'recipient_delivered'],
  );
  assert.deepEqual(
    (await readEvents(db.reads, serverId)).map(one => one.kind),
    ['recipient_delivered'],
  );
});

test('without events nobody is told anything', async () => {
  const record = createEventRecorder(makeTestId, [() => assert.fail('a subscriber was called')]);
  await db.accept.transaction(tx => record(tx, [], new Date()));
});

test('a timeline has the events of one message of one server, oldest first', async () => {
  const [serverId, other] = [await server(), await server()];
  const messageId = makeTestId();
  const of = (changes: Partial<PlatformEvent>) => event(serverId, { messageId, ...changes });
  const delivered = of({ recipientNumber: 1, recipient: 'ben@buyer.test', details: { reply: 'smtp;250', ip: '::1' } });
  await db.accept.transaction(async tx => {
    await plain(tx, [of({ kind: 'recipient_deferred' }), event(serverId)], new Date());
    await plain(tx, [event(other, { messageId }), delivered], new Date());
  });
  const rows = await readTimeline(db.reads, serverId, messageId, new Date());
  assert.deepEqual(
    rows.map(row => [row.kind, row.recipientNumber, row.recipient]),
    [
      ['recipient_deferred', 0, 'ana@buyer.test'],
      ['recipient_delivered', 1, 'ben@buyer.test'],
    ],
  );
  assert.deepEqual(rows[1]?.details, { reply: 'smtp;250', ip: '::1' });
});

test('a timeline shows what a process whose clock is ahead recorded "in an hour"', async () => {
  const serverId = await server();
  const messageId = makeTestId();
  const now = new Date();
  await db.accept.transaction(tx => plain(tx, [event(serverId, { messageId })], now));
  const rows = await readTimeline(db.reads, serverId, messageId, new Date(now.getTime() - 3_600_000));
  assert.equal(rows.length, 1);
});

test('operators see who is uncertain, newest first, of all servers, and nothing older than a week', async () => {
  const [first, second] = [await server(), await server()];
  const uncertain = (serverId: number) => event(serverId, { kind: 'recipient_uncertain', details: { why: 'test' } });
  await db.accept.transaction(tx => plain(tx, [uncertain(first), event(first), uncertain(second)], new Date()));
  const listed = await listUncertain(db.reads, new Date());
  assert.deepEqual(
    listed.map(row => row.serverId),
    [second, first],
  );
  const inEightDays = new Date(Date.now() + 8 * 86_400_000);
  assert.deepEqual(await listUncertain(db.reads, inEightDays), []);
});
