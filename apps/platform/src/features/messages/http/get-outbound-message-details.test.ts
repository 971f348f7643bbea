// Details and dump of one message, over real HTTP.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createSigningKey, generateDkimKeyPair } from '@pennyblack/email/dkim/signing-key.ts';
import { send } from '../../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import { addServer, createFakeIntake, createTestAcceptor, testWorld } from '../../../testing/test-world.ts';
import { createMessagePreparer } from '../../delivery/prepare-message.ts';
import { type Result, recordResults } from '../../delivery/record-results.ts';
import { sampleItem } from '../../delivery/testing/sample-items.ts';
import type { SendRequest } from '../../sending/send-request.ts';
import { sampleRequest } from '../../sending/testing/sample-requests.ts';
import { unpackContent } from '../message-content.ts';

const world = await testWorld();
const { database: db, server, accountId, recordEvents } = world;
const other = await addServer(db.accept, accountId, 'Live');
const sandbox = await addServer(db.accept, accountId, 'Sandbox');
const pair = await generateDkimKeyPair('ed25519-sha256');
const keys = [
  createSigningKey({
    domain: 'shop.test',
    selector: 's',
    algorithm: 'ed25519-sha256',
    privateKeyPem: pair.privateKeyPem,
  }),
];
const api = await startMessageApi(world, { keys });
after(() => api.close());
const acceptor = createTestAcceptor(world, createFakeIntake(undefined));

async function accept(changes: Partial<SendRequest>, sender = server): Promise<string> {
  const result = await acceptor.accept(sender, sampleRequest(changes));
  return result.kind === 'accepted' ? result.messageId : assert.fail(result.text);
}

type Details = Record<string, unknown> & {
  ErrorCode?: number;
  Body: string;
  MessageEvents: { Recipient: string; Type: string; ReceivedAt: string; Details: Record<string, string> }[];
};

async function get(path: string, token = server.token): Promise<{ status: number; json: Details }> {
  const answer = await send(api.port, { path, headers: { 'X-Postmark-Server-Token': token } });
  return { status: answer.status, json: answer.json as Details };
}

const details = (messageId: string, token?: string) => get(`/messages/outbound/${messageId}/details`, token);
const dump = (messageId: string, token?: string) => get(`/messages/outbound/${messageId}/dump`, token);

async function record(messageId: string, recipientNumber: number, address: string, outcome: Result['outcome']) {
  const owner = 5;
  await db.accept.query`update delivery_queue set owner_process = ${owner} where message_id = ${messageId}`;
  const item = sampleItem({ serverId: server.serverId, messageId, recipientNumber, address, ownerNumber: owner });
  await db.results.transaction(tx => recordResults(tx, recordEvents, [{ item, outcome }], new Date()));
}

const by = { host: 'mx.receiver.test', ip: '203.0.113.7' };

test('details have bodies, source, the item of the search, and the story of every recipient, oldest first', async () => {
  const messageId = await accept({
    to: 'ana@buyer.test, ben@buyer.test',
    htmlBody: '<p>Grüße</p>',
    textBody: 'Grüße',
    tag: 'order',
  });
  const fresh = await details(messageId);
  assert.equal(fresh.status, 200);
  assert.equal(fresh.json.Status, 'Queued');
  assert.deepEqual(fresh.json.MessageEvents, []);
  assert.deepEqual(Object.keys(fresh.json), [
    'TextBody',
    'HtmlBody',
    'Body',
    'Tag',
    'MessageID',
    'MessageStream',
    'To',
    'Cc',
    'Bcc',
    'Recipients',
    'ReceivedAt',
    'From',
    'Subject',
    'Attachments',
    'Status',
    'TrackOpens',
    'TrackLinks',
    'Metadata',
    'Sandboxed',
    'MessageEvents',
  ]);
  assert.deepEqual([fresh.json.TextBody, fresh.json.HtmlBody], ['Grüße', '<p>Grüße</p>']);

  await record(messageId, 0, 'ana@buyer.test', {
    kind: 'deferred',
    reply: 'smtp;451 4.7.1 later',
    by,
    dueAt: new Date(),
    isUncertain: false,
    isHeld: false,
  });
  await record(messageId, 0, 'ana@buyer.test', { kind: 'delivered', reply: 'smtp;250 2.0.0 OK', by });
  assert.equal((await details(messageId)).json.Status, 'Queued');
  await record(messageId, 1, 'ben@buyer.test', { kind: 'bounced', type: 'HardBounce', reply: 'smtp;550 5.1.1 no', by });

  const { json } = await details(messageId.toUpperCase());
  assert.equal(json.Status, 'Sent');
  assert.deepEqual(
    json.MessageEvents.map(event => [event.Recipient, event.Type]),
    [
      ['ana@buyer.test', 'Transient'],
      ['ana@buyer.test', 'Delivered'],
      ['ben@buyer.test', 'Bounced'],
      ['ben@buyer.test', 'SubscriptionChanged'],
    ],
  );
  const [transient, delivered, bounced, subscription] = json.MessageEvents.map(event => event.Details);
  assert.deepEqual(transient, {
    DeliveryMessage: 'smtp;451 4.7.1 later',
    DestinationServer: 'mx.receiver.test (203.0.113.7)',
    DestinationIP: '203.0.113.7',
  });
  assert.equal(delivered?.DeliveryMessage, 'smtp;250 2.0.0 OK');
  assert.equal(bounced?.Summary, 'smtp;550 5.1.1 no');
  assert.match(bounced?.BounceID ?? '', /^\d+$/);
  assert.deepEqual(subscription, { Origin: 'Recipient', SuppressSending: 'True' });
  for (const event of json.MessageEvents) {
    for (const value of Object.values(event.Details)) assert.equal(typeof value, 'string');
    assert.match(event.ReceivedAt, /T\d\d:\d\d:\d\d\.\d{7}Z$/);
  }
});

test('a body that was not given has no key', async () => {
  const { textBody: _, ...withoutText } = sampleRequest({ htmlBody: '<p>x</p>' });
  const result = await acceptor.accept(server, withoutText);
  const html = await details(result.kind === 'accepted' ? result.messageId : '');
  assert.ok(!('TextBody' in html.json) && 'HtmlBody' in html.json);
  const text = await details(await accept({}));
  assert.ok('TextBody' in text.json && !('HtmlBody' in text.json));
});

test('the source is what delivery sends, signature included, and the same each time', async () => {
  const messageId = await accept({ htmlBody: '<p>Grüße</p>', bcc: 'audit@shop.test', subject: 'Grüße' });
  const [row] = await db.reads.query<{
    content: Buffer;
  }>`select content from message_contents where message_id = ${messageId}`;
  const content = unpackContent(row?.content ?? Buffer.alloc(0));
  const prepare = createMessagePreparer(async () => keys);
  const sent = await prepare({
    message: { serverId: server.serverId, messageId, content, bytes: 0 },
    recipientNumber: 0,
  });
  const source = Buffer.concat([sent.header, sent.body]).toString('utf8');
  assert.match(source, /^DKIM-Signature: /);
  assert.doesNotMatch(source, /audit@shop\.test/);
  assert.deepEqual((await dump(messageId)).json, { Body: source });
  assert.equal((await details(messageId)).json.Body, source);
});

test('a source longer than a megabyte is cut, and says so; the bodies are whole', async () => {
  const textBody = 'Thanks for your order of today.\n'.repeat(40_000);
  const messageId = await accept({ textBody });
  const { json } = await details(messageId);
  assert.equal(json.TextBody, textBody);
  assert.ok(json.Body.endsWith('\r\n[Message Truncated]'));
  assert.ok(json.Body.length < 1024 * 1024 + 30);
});

test('when the content is gone the message is still there, with an empty source', async () => {
  const messageId = await accept({});
  await db.accept.query`delete from message_contents where message_id = ${messageId}`;
  assert.deepEqual((await dump(messageId)).json, { Body: '' });
  const { status, json } = await details(messageId);
  assert.deepEqual([status, json.Body, json.Subject], [200, '', 'Order 1187']);
  assert.ok(!('TextBody' in json));
});

test('a message of a sandbox server says so', async () => {
  const messageId = await accept({}, sandbox);
  assert.equal((await details(messageId, sandbox.token)).json.Sandboxed, true);
});

test('an unknown message, one of another server and what is no id are 701, to everybody alike', async () => {
  const messageId = await accept({});
  const ids = [
    messageId.replace(/.$/, digit => (digit === '0' ? '1' : '0')),
    'nothing',
    '1',
    '%00',
    "'",
    `${messageId}0`,
  ];
  for (const id of ids) {
    for (const read of [details, dump]) {
      const { status, json } = await read(id);
      assert.ok(status === 422 || (id === '%00' && status === 404), `${id}: ${status}`);
      if (status === 422) assert.deepEqual(json as unknown, { ErrorCode: 701, Message: 'This message was not found.' });
    }
  }
  for (const read of [details, dump]) {
    const { status, json } = await read(messageId, other.token);
    assert.equal(status, 422);
    assert.deepEqual(json as unknown, { ErrorCode: 701, Message: 'This message was not found.' });
    assert.equal((await read(messageId, 'POSTMARK_API_TEST')).status, 401);
  }
});

test('events of another server with the same message id are not shown', async () => {
  const messageId = await accept({});
  const foreign = { kind: 'recipient_delivered', serverId: other.serverId, messageId, recipient: 'x@y.test' } as const;
  await db.results.transaction(tx => recordEvents(tx, [{ ...foreign, details: {} }], new Date()));
  assert.deepEqual((await details(messageId)).json.MessageEvents, []);
});
