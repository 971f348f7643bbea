import assert from 'node:assert/strict';
import test from 'node:test';
import { addServer, makeTestId, testWorld } from '../../testing/test-world.ts';
import { readFeed } from './read-feed.ts';
import { createEventRecorder } from './record-events.ts';
import { renumberEvents } from './renumber-events.ts';
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
