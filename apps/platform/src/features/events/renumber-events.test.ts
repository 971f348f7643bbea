import assert from 'node:assert/strict';
import test from 'node:test';
import { addServer, makeTestId, testWorld } from '../../testing/test-world.ts';
import { type FeedStart, readFeed } from './read-feed.ts';
import { createEventRecorder } from './record-events.ts';
import { forgetNumbering, renumberEvents } from './renumber-events.ts';
import { untilSettled } from './testing/until-settled.ts';

const { database: db, accountId } = await testWorld();
const recordEvents = createEventRecorder(makeTestId, []);
const filter = { kinds: ['recipient_delivered'] as const, streamId: undefined };

async function record(serverId: number): Promise<string> {
  const messageId = makeTestId();
  const event = { kind: 'recipient_delivered', serverId, messageId, details: {} } as const;
  await db.accept.transaction(tx => recordEvents(tx, [event], new Date()));
  return messageId;
}

const read = async (serverId: number, time = new Date(0)) => {
  await untilSettled(db);
  const { events } = await readFeed(db.reads, serverId, { kind: 'time', time }, filter, 100, new Date());
  return events.map(event => event.messageId);
};

test('events of a dump that was restored on another server are in the feed, and those of this server keep their place', async () => {
  assert.equal(await renumberEvents(db.results), 0);
  const ids = [1, 2].map(async () => (await addServer(db.accept, accountId, 'Live')).serverId);
  const [one = 0, two = 0] = await Promise.all(ids);
  const old = [await record(one), await record(one)];
  const oldOfTwo = await record(two);
  // As the dump brings them: numbered by a server that is far ahead.
  await db.results.query`
    update events set recorded_in = (900000000000 + recorded_in::text::bigint)::text::xid8`;
  await db.results.query`update event_numbering set system_identifier = '1'`;
  const fresh = await record(one);
  assert.deepEqual(await read(one), [fresh]);

  assert.equal(await renumberEvents(db.results), 3);
  assert.deepEqual(await read(one), [...old, fresh]);
  assert.deepEqual(await read(two), [oldOfTwo]);
  assert.equal(await renumberEvents(db.results), 0);
});

test('a reader who has seen more than a restored database knows goes on by time, however far its transactions are by then', async () => {
  const { serverId } = await addServer(db.accept, accountId, 'Live');
  const first = await record(serverId);
  await untilSettled(db);
  const page = (start: FeedStart) => readFeed(db.reads, serverId, start, filter, 100, new Date());
  const { cursor } = await page({ kind: 'time', time: new Date(0) });
  const missing = await record(serverId);
  const [row] = await db.reads.query<{ next: string }>`
    select (recorded_in::text::bigint + 1)::text as next from events where message_id = ${missing}`;
  // The reader's place in the life that was lost is further on than where the restored one recorded this.
  const start: FeedStart = { kind: 'cursor', cursor: { ...cursor, recordedIn: row?.next ?? '' } };
  for (let more = 0; more < 2; more += 1) await db.accept.query`select pg_current_xact_id()`;
  await untilSettled(db);
  assert.deepEqual((await page(start)).events, [], 'the test would prove nothing');

  await forgetNumbering(db.results);
  assert.equal(await renumberEvents(db.results), 0);
  const { events, cursor: next } = await page(start);
  assert.deepEqual(
    events.map(event => event.messageId),
    [first, missing],
  );
  assert.deepEqual((await page({ kind: 'cursor', cursor: next })).events, []);
  // A second process that starts leaves the epoch as it is.
  assert.equal(await renumberEvents(db.results), 0);
  assert.deepEqual((await page({ kind: 'cursor', cursor: next })).events, []);
});
