import assert from 'node:assert/strict';
import test from 'node:test';
import { addServer, readEvents, readQueue, testWorld } from '../../testing/test-world.ts';
import { finishLost } from './finish-lost.ts';
import type { ClaimedRow, NewQueueRow } from './store.ts';
import { queueRow } from './testing/queued-rows.ts';

const { database: db, accountId, recordEvents } = await testWorld();
const server = async () => (await addServer(db.accept, accountId, 'Live')).serverId;

function claimed({ serverId, messageId, recipientNumber, streamId, dueAt }: NewQueueRow): ClaimedRow {
  return { serverId, messageId, recipientNumber, streamId, dueAt, claimNumber: 0, attempts: 0, isUncertain: false };
}

test('a recipient whose message is gone ends as bounced, with an event that says why', async () => {
  const serverId = await server();
  const row = await queueRow(db.results, serverId, { ownerNumber: 7 });
  await finishLost(db.results, recordEvents, [claimed(row)], 7, new Date());
  assert.deepEqual(await readQueue(db.reads, serverId), []);
  const [event, ...more] = await readEvents(db.reads, serverId, row.messageId);
  assert.deepEqual(more, []);
  assert.equal(event?.kind, 'recipient_bounced');
  assert.match(String(event?.details.reply), /the content of the message is gone/);
});

test('a row that somebody else owns by now stays, without an event', async () => {
  const serverId = await server();
  const theirs = await queueRow(db.results, serverId, { ownerNumber: 8 });
  const ours = await queueRow(db.results, serverId, { ownerNumber: 7 });
  await finishLost(db.results, recordEvents, [claimed(theirs), claimed(ours)], 7, new Date());
  assert.deepEqual(
    (await readQueue(db.reads, serverId)).map(row => row.messageId),
    [theirs.messageId],
  );
  const events = await readEvents(db.reads, serverId);
  assert.deepEqual(
    events.map(event => event.messageId),
    [ours.messageId],
  );
});
