import assert from 'node:assert/strict';
import test from 'node:test';
import { addServer, createFakeIntake, createTestAcceptor, suppress, testWorld } from '../../testing/test-world.ts';
import { sampleRequest } from '../sending/testing/sample-requests.ts';
import { claimWork, loadClaimed } from './claim-work.ts';
import { lanes } from './delivery-item.ts';
import { queueRow } from './testing/queued-rows.ts';

const world = await testWorld();
const { database: db, accountId } = world;
const acceptor = createTestAcceptor(world, createFakeIntake(undefined));

/** A message that waits in the queue, of a server of its own. */
async function acceptedMessage(changes: Parameters<typeof sampleRequest>[0] = {}) {
  await db.results.query`delete from delivery_queue`;
  const server = await addServer(db.accept, accountId, 'Live');
  const result = await acceptor.accept(server, sampleRequest(changes));
  assert.equal(result.kind, 'accepted');
  return { serverId: server.serverId, messageId: result.kind === 'accepted' ? result.messageId : '' };
}

async function claimAll() {
  const now = new Date();
  const claim = { lane: lanes.transactional, notBefore: new Date(0), perServer: 50, total: 200, processNumber: 7 };
  const rows = await claimWork(db, { ...claim, afterServerId: 0 }, now);
  return { rows, work: await loadClaimed(db, rows, claim, now), now };
}

test('claimed rows become items with everything that sending needs; a message’s content is there once', async () => {
  const { serverId, messageId } = await acceptedMessage({
    to: 'ana@buyer.test',
    bcc: 'Ben@buyer.test',
    textBody: 'Hi',
  });
  const { work, now } = await claimAll();
  assert.deepEqual(work.suppressed, []);
  assert.deepEqual(work.lost, []);
  const items = work.items.toSorted((a, b) => a.recipientNumber - b.recipientNumber);
  assert.deepEqual(
    items.map(item => [item.address, item.addressKey, item.ownerNumber, item.attempts]),
    [
      ['ana@buyer.test', 'ana@buyer.test', 7, 0],
      ['Ben@buyer.test', 'ben@buyer.test', 7, 0],
    ],
  );
  const [first, second] = items;
  assert.equal(first?.message, second?.message);
  assert.equal(first?.message.content.text, 'Hi');
  assert.deepEqual([first?.message.serverId, first?.message.messageId], [serverId, messageId]);
  assert.deepEqual(first?.checkedAt, now);
  assert.equal(first?.receivedAt.toISOString(), first?.message.content.receivedAt);
});

test('who was suppressed while waiting is told apart from who may go', async () => {
  const { serverId } = await acceptedMessage({ to: 'ana@buyer.test, Ben@Buyer.test' });
  await suppress(db.accept, serverId, 'ben@buyer.test');
  await suppress(db.accept, serverId, 'ana@buyer.test', { streamId: 'broadcast' });
  const { work } = await claimAll();
  assert.deepEqual(
    work.items.map(item => item.address),
    ['ana@buyer.test'],
  );
  assert.deepEqual(
    work.suppressed.map(item => item.address),
    ['Ben@Buyer.test'],
  );
});

test('a row whose message is gone is named, and does not keep the others from going', async () => {
  const { serverId } = await acceptedMessage();
  const orphan = await queueRow(db.results, serverId);
  const { work } = await claimAll();
  assert.deepEqual(
    work.lost.map(row => row.messageId),
    [orphan.messageId],
  );
  assert.equal(work.items.length, 1);
});

test('a row whose content was emptied is lost as well', async () => {
  const { messageId } = await acceptedMessage();
  await db.results.query`delete from message_contents where message_id = ${messageId}`;
  const { work } = await claimAll();
  assert.equal(work.lost.length, 1);
  assert.deepEqual(work.items, []);
});

test('messages of several servers are loaded together, and none gets another’s content', async () => {
  const first = await acceptedMessage({ textBody: 'first' });
  const other = await addServer(db.accept, accountId, 'Live');
  await acceptor.accept(other, sampleRequest({ textBody: 'second' }));
  const { work } = await claimAll();
  const texts = Object.fromEntries(work.items.map(item => [item.message.serverId, item.message.content.text]));
  assert.deepEqual(texts, { [first.serverId]: 'first', [other.serverId]: 'second' });
});

test('nothing due, nothing loaded', async () => {
  await db.results.query`delete from delivery_queue`;
  const { work } = await claimAll();
  assert.deepEqual(work, { items: [], suppressed: [], lost: [] });
});
