import assert from 'node:assert/strict';
import test from 'node:test';
import { Refusal } from '../../refusals.ts';
import {
  addServer,
  createFakeIntake,
  createTestAcceptor,
  makeTestId,
  testKeyRing,
  testWorld,
} from '../../testing/test-world.ts';
import { isQueuedCondition } from '../delivery/find-queued.ts';
import { addDomain, vouchForDomain } from '../domains/add-domain.ts';
import { findSigningKeys } from '../domains/find-signing-keys.ts';
import type { SendRequest } from '../sending/send-request.ts';
import { sampleRequest } from '../sending/testing/sample-requests.ts';
import { dumpMessage } from './dump-message.ts';
import { findOutbound } from './find-outbound.ts';
import { loadForDelivery } from './load-for-delivery.ts';
import { readOutboundDetails } from './read-outbound-details.ts';

const world = await testWorld();
const { database: db, accountId, server, recordEvents } = world;
const acceptor = createTestAcceptor(world, createFakeIntake(undefined));
const domainId = await addDomain(db.accept, testKeyRing, accountId, 'shop.test', new Date());
await db.accept.transaction(tx => vouchForDomain(tx, domainId, new Date()));
const findKeys = (account: number, fromDomain: string) =>
  findSigningKeys(db.reads, testKeyRing, account, fromDomain, 'none.test');
const noKeys = async () => [];

async function send(changes: Partial<SendRequest> = {}, to = server): Promise<string> {
  const result = await acceptor.accept(to, sampleRequest(changes));
  assert.equal(result.kind, 'accepted');
  return result.kind === 'accepted' ? result.messageId : '';
}

const find = (messageId: string, serverId = server.serverId) =>
  findOutbound(db.reads, serverId, messageId, isQueuedCondition);
const isNotFound = (error: unknown) => error instanceof Refusal && error.refusal === 'message_not_found';

test('a message is found with its content, by an id in any case', async () => {
  const messageId = await send({ textBody: 'Ну, привет', htmlBody: '<p>Hi</p>', bcc: 'audit@shop.test' });
  const { message, content } = await find(messageId.toUpperCase());
  assert.equal(message.messageId, messageId);
  assert.equal(message.isQueued, true);
  assert.deepEqual(
    message.recipients.map(recipient => [recipient.field, recipient.address]),
    [
      ['To', 'ana@buyer.test'],
      ['Bcc', 'audit@shop.test'],
    ],
  );
  assert.equal(content?.text, 'Ну, привет');
  assert.equal(content?.html, '<p>Hi</p>');
});

test('an unknown id, a text that is none, and another server’s message are not found', async () => {
  const other = await addServer(db.accept, accountId, 'Live');
  const theirs = await send({}, other);
  for (const id of [makeTestId(), 'not-an-id', '', theirs]) await assert.rejects(find(id), isNotFound, id);
  assert.equal((await find(theirs, other.serverId)).message.messageId, theirs);
});

test('a message whose content is gone is still found, and its source is empty', async () => {
  const messageId = await send();
  await db.results.query`delete from message_contents where message_id = ${messageId}`;
  const { message, content } = await find(messageId);
  assert.equal(content, undefined);
  assert.equal(await dumpMessage(server.serverId, message.messageId, content, findKeys), '');
});

test('details have the content, the source and the timeline', async () => {
  const messageId = await send();
  await db.results.transaction(tx =>
    recordEvents(
      tx,
      [
        {
          kind: 'recipient_delivered',
          serverId: server.serverId,
          messageId,
          recipientNumber: 0,
          recipient: 'ana@buyer.test',
          details: { reply: 'smtp;250' },
        },
      ],
      new Date(),
    ),
  );
  const details = await readOutboundDetails(
    db.reads,
    server.serverId,
    messageId,
    isQueuedCondition,
    findKeys,
    new Date(),
  );
  assert.equal(details.content?.text, 'Thanks');
  assert.match(details.source, new RegExp(`X-PM-Message-Id: ${messageId}\r\n`));
  assert.deepEqual(
    details.events.map(event => event.kind),
    ['recipient_delivered'],
  );
});

test('the dump is the same source each time, signed with the domain’s keys, and never names the Bcc', async () => {
  const messageId = await send({ bcc: 'hidden@audit.test' });
  const { content } = await find(messageId);
  const dump = () => dumpMessage(server.serverId, messageId, content, findKeys);
  const source = await dump();
  assert.match(source, /^DKIM-Signature: [\s\S]*d=shop\.test/);
  assert.equal(source.match(/^DKIM-Signature:/gm)?.length, 2);
  assert.doesNotMatch(source, /hidden@audit\.test/);
  assert.match(source, /\r\n\r\nThanks/);
  assert.equal(await dump(), source);
  assert.doesNotMatch(await dumpMessage(server.serverId, messageId, content, noKeys), /DKIM-Signature/);
});

test('a source of more than a megabyte is cut and says so', async () => {
  const messageId = await send({ textBody: 'a line of text\n'.repeat(100_000) });
  const { content } = await find(messageId);
  const source = await dumpMessage(server.serverId, messageId, content, noKeys);
  assert.ok(source.endsWith('\r\n[Message Truncated]'));
  assert.equal(source.length, 1024 * 1024 + '\r\n[Message Truncated]'.length);
});

test('delivery loads many recipients at once, each with its own address; what is gone is left out', async () => {
  const other = await addServer(db.accept, accountId, 'Live');
  const [first, second] = [
    await send({ to: 'Ana@Buyer.test, ben@buyer.test' }),
    await send({ textBody: 'Two' }, other),
  ];
  const recipient = (messageId: string, recipientNumber = 0, serverId = server.serverId) => ({
    serverId,
    messageId,
    recipientNumber,
  });
  const { recipients, contents } = await loadForDelivery(db.claims, [
    recipient(second, 0, other.serverId),
    recipient(first, 1),
    recipient(first),
    recipient(makeTestId()),
  ]);
  assert.deepEqual(
    recipients.map(row => [row.serverId, row.messageId, row.recipientNumber, row.address, row.addressKey]).toSorted(),
    [
      [server.serverId, first, 0, 'Ana@Buyer.test', 'ana@buyer.test'],
      [server.serverId, first, 1, 'ben@buyer.test', 'ben@buyer.test'],
      [other.serverId, second, 0, 'ana@buyer.test', 'ana@buyer.test'],
    ],
  );
  assert.deepEqual([contents.get(first)?.text, contents.get(second)?.text, contents.size], ['Thanks', 'Two', 2]);
  // Under the wrong server's number there is no such message.
  const foreign = await loadForDelivery(db.claims, [recipient(second)]);
  assert.deepEqual([foreign.recipients, foreign.contents.size], [[], 0]);
});
