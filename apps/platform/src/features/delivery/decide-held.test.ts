import assert from 'node:assert/strict';
import test from 'node:test';
import {
  addServer,
  createFakeIntake,
  createTestAcceptor,
  makeTestId,
  readEvents,
  readQueue,
  testWorld,
} from '../../testing/test-world.ts';
import { sampleRequest } from '../sending/testing/sample-requests.ts';
import { listHeld, sendHeldAgain, takeHeldForDelivered } from './decide-held.ts';
import { queueRow } from './testing/queued-rows.ts';

const world = await testWorld();
const { database: db, accountId, recordEvents } = world;

/** Recipients 0 and 1 of a message are held, 2 is not. */
async function heldMessage() {
  const { serverId } = await addServer(db.accept, accountId, 'Live');
  const messageId = makeTestId();
  const dueAt = new Date(Date.now() + 3_600_000);
  for (const recipientNumber of [0, 1, 2]) {
    await queueRow(db.results, serverId, { messageId, recipientNumber, dueAt });
  }
  await db.results.query`
    update delivery_queue set is_held = true, is_uncertain = true, attempts = 1, last_reply = 'smtp;lost'
    where message_id = ${messageId} and recipient_number < 2`;
  return { serverId, messageId };
}

test('held recipients are listed with what was heard last, the oldest message first', async () => {
  const older = await heldMessage();
  const younger = await heldMessage();
  const ours = (await listHeld(db.reads)).filter(row => [older.serverId, younger.serverId].includes(row.serverId));
  assert.deepEqual(
    ours.map(row => row.messageId),
    [older.messageId, older.messageId, younger.messageId, younger.messageId],
  );
  assert.deepEqual(ours.slice(0, 2).toSorted((a, b) => a.recipientNumber - b.recipientNumber)[1], {
    ...older,
    recipientNumber: 1,
    streamId: 'outbound',
    attempts: 1,
    lastReply: 'smtp;lost',
  });
});

test('sent again: they are due at once and stay marked as uncertain; the others of the message wait as before', async () => {
  const { serverId, messageId } = await heldMessage();
  assert.equal(await db.results.transaction(tx => sendHeldAgain(tx, serverId, messageId)), 2);
  const rows = await readQueue(db.reads, serverId);
  assert.deepEqual(
    rows.map(row => [row.isHeld, row.isUncertain, row.dueAt.getTime() <= Date.now() + 5000]),
    [
      [false, true, true],
      [false, true, true],
      [false, false, false],
    ],
  );
});

test('taken for delivered: they leave the queue, and each has an event that says on whose word', async () => {
  const { serverId, messageId } = await heldMessage();
  const take = () =>
    db.results.transaction(tx => takeHeldForDelivered(tx, recordEvents, serverId, messageId, new Date()));
  assert.equal(await take(), 2);
  assert.equal(await take(), 0);
  assert.deepEqual(
    (await readQueue(db.reads, serverId)).map(row => row.recipientNumber),
    [2],
  );
  const events = await readEvents(db.reads, serverId, messageId);
  assert.deepEqual(events.map(event => [event.kind, event.recipientNumber]).toSorted(), [
    ['recipient_delivered', 0],
    ['recipient_delivered', 1],
  ]);
  assert.match(String(events[0]?.details.reply), /taken for delivered by the operator/);
});

test('taken for delivered: the event names address, tag and metadata like any other delivery', async () => {
  const server = await addServer(db.accept, accountId, 'Live');
  const { serverId } = server;
  const labels = { tag: 'order', metadata: { order: '1187' } };
  const request = sampleRequest({ to: 'ana@buyer.test, Ben@buyer.test', ...labels });
  const result = await createTestAcceptor(world, createFakeIntake(undefined)).accept(server, request);
  assert.equal(result.kind, 'accepted');
  const messageId = result.kind === 'accepted' ? result.messageId : '';
  await db.results.query`update delivery_queue set is_held = true where message_id = ${messageId}`;
  const now = new Date();
  await db.results.transaction(tx => takeHeldForDelivered(tx, recordEvents, serverId, messageId, now));
  const events = (await readEvents(db.reads, serverId, messageId)).filter(({ kind }) => kind === 'recipient_delivered');
  assert.deepEqual(events.map(event => [event.recipientNumber, event.recipient]).toSorted(), [
    [0, 'ana@buyer.test'],
    [1, 'Ben@buyer.test'],
  ]);
  for (const { details } of events)
    assert.deepEqual({ tag: details.tag, metadata: details.metadata }, labels, String(details.reply));
});

test('nobody decides about another server’s recipients', async () => {
  const { serverId, messageId } = await heldMessage();
  const other = await addServer(db.accept, accountId, 'Live');
  assert.equal(await db.results.transaction(tx => sendHeldAgain(tx, other.serverId, messageId)), 0);
  const taken = db.results.transaction(tx =>
    takeHeldForDelivered(tx, recordEvents, other.serverId, messageId, new Date()),
  );
  assert.equal(await taken, 0);
  assert.equal((await readQueue(db.reads, serverId)).filter(row => row.isHeld).length, 2);
});
