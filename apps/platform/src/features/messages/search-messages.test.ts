import assert from 'node:assert/strict';
import test from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import { addServer, createFakeIntake, createTestAcceptor, makeTestId, testWorld } from '../../testing/test-world.ts';
import { isQueuedCondition } from '../delivery/find-queued.ts';
import type { SendRequest } from '../sending/send-request.ts';
import { sampleRequest } from '../sending/testing/sample-requests.ts';
import { type SearchFilters, searchOutbound } from './search-messages.ts';

const world = await testWorld();
const { database: db, accountId, server } = world;
const acceptor = createTestAcceptor(world, createFakeIntake(undefined));
const now = new Date();

async function send(changes: Partial<SendRequest>, to = server): Promise<string> {
  const result = await acceptor.accept(to, sampleRequest(changes));
  assert.equal(result.kind, 'accepted', JSON.stringify(result));
  return result.kind === 'accepted' ? result.messageId : '';
}

const first = await send({ subject: 'Alpha Invoice', tag: 'Order', to: 'Ana <ana@buyer.test>', cc: 'carl@buyer.test' });
const second = await send({ subject: 'Beta', from: 'bills@shop.test', metadata: { Color: 'blue', size: '5' } });
const third = await send({ subject: '100% off_', tag: 'promo', to: 'ben@buyer.test', bcc: 'CARL@buyer.test' });
const broadcast = await send({ messageStream: 'broadcast', subject: 'News' });
const other = await addServer(db.accept, accountId, 'Live');
const theirs = await send({ subject: 'Alpha Invoice', tag: 'Order' }, other);
await db.results.query`delete from delivery_queue where message_id = ${second}`;

async function search(
  filters: Partial<SearchFilters> = {},
  page = { count: 50, offset: 0 },
  serverId = server.serverId,
) {
  const found = await searchOutbound(
    db.reads,
    serverId,
    { streamId: 'outbound', ...filters },
    page,
    isQueuedCondition,
    now,
  );
  return { total: found.totalCount, ids: found.messages.map(message => message.messageId), messages: found.messages };
}

async function idsOf(filters: Partial<SearchFilters>): Promise<string[]> {
  const { total, ids } = await search(filters);
  assert.equal(total, ids.length);
  return ids;
}

test('without a filter all of the stream’s messages are found, newest first, and nobody else’s', async () => {
  assert.deepEqual(await idsOf({}), [third, second, first]);
  assert.deepEqual(await idsOf({ streamId: 'broadcast' }), [broadcast]);
  assert.deepEqual((await search({}, undefined, other.serverId)).ids, [theirs]);
  assert.deepEqual(await idsOf({ streamId: 'inbound' }), []);
});

test('a recipient is found in To, Cc and Bcc, in any case, and a message counts once', async () => {
  assert.deepEqual(await idsOf({ recipient: 'Carl@Buyer.test' }), [third, first]);
  assert.deepEqual(await idsOf({ recipient: 'ana@buyer.test' }), [second, first]);
  assert.deepEqual(await idsOf({ recipient: 'nobody@buyer.test' }), []);
});

test('a sender is found by the address in any case, without the name', async () => {
  assert.deepEqual(await idsOf({ fromEmail: 'BILLS@shop.test' }), [second]);
  assert.deepEqual(await idsOf({ fromEmail: 'desk@shop.test' }), [third, first]);
});

test('a tag is found in any case, whole and not in parts', async () => {
  assert.deepEqual(await idsOf({ tag: 'order' }), [first]);
  assert.deepEqual(await idsOf({ tag: 'ord' }), []);
});

test('a part of the subject is found in any case, and wildcards are only characters', async () => {
  assert.deepEqual(await idsOf({ subject: 'a invo' }), [first]);
  assert.deepEqual(await idsOf({ subject: '%' }), [third]);
  assert.deepEqual(await idsOf({ subject: '_' }), [third]);
});

test('queued is what still waits for a recipient, sent is the rest', async () => {
  assert.deepEqual(await idsOf({ status: 'queued' }), [third, first]);
  assert.deepEqual(await idsOf({ status: 'sent' }), [second]);
  const { messages } = await search();
  assert.deepEqual(
    messages.map(message => message.isQueued),
    [true, false, true],
  );
});

test('metadata is found by its name in any case and its exact value', async () => {
  assert.deepEqual(await idsOf({ metadata: { key: 'color', value: 'blue' } }), [second]);
  assert.deepEqual(await idsOf({ metadata: { key: 'COLOR', value: 'Blue' } }), []);
  assert.deepEqual(await idsOf({ metadata: { key: 'size', value: '5' } }), [second]);
});

test('dates bound the search: the first moment is in, the last one is out', async () => {
  const clock = createSetClock(new Date(now.getTime() - 3_600_000));
  const early = createTestAcceptor(world, createFakeIntake(undefined), { clock, makeMessageId: uuidAt(clock.now()) });
  const isolated = await addServer(db.accept, accountId, 'Live');
  const sent = await early.accept(isolated, sampleRequest());
  assert.equal(sent.kind, 'accepted');
  const at = clock.now();
  const count = async (filters: Partial<SearchFilters>) => (await search(filters, undefined, isolated.serverId)).total;
  assert.equal(await count({ from: at }), 1);
  assert.equal(await count({ from: new Date(at.getTime() + 1) }), 0);
  assert.equal(await count({ to: at }), 0);
  assert.equal(await count({ to: new Date(at.getTime() + 1) }), 1);
});

/** One id of that millisecond. */
function uuidAt(time: Date): () => string {
  const hex = time.getTime().toString(16).padStart(12, '0');
  return () => `${hex.slice(0, 8)}-${hex.slice(8)}${makeTestId().slice(13)}`;
}

test('filters narrow each other', async () => {
  assert.deepEqual(await idsOf({ recipient: 'carl@buyer.test', tag: 'promo' }), [third]);
  assert.deepEqual(await idsOf({ recipient: 'carl@buyer.test', tag: 'promo', status: 'sent' }), []);
});

test('pages follow on each other, and each tells the whole count', async () => {
  const pages = await Promise.all([0, 1, 2, 3].map(offset => search({}, { count: 1, offset })));
  assert.deepEqual(
    pages.flatMap(page => page.ids),
    [third, second, first],
  );
  assert.deepEqual(
    pages.map(page => page.total),
    [3, 3, 3, 3],
  );
});

test('a found message has its recipients in the order of the request, and everything that a list shows', async () => {
  const { messages } = await search({ tag: 'order' });
  const [message] = messages;
  assert.deepEqual(message, {
    serverId: server.serverId,
    messageId: first,
    streamId: 'outbound',
    receivedAt: message?.receivedAt,
    fromDisplay: '"Shop Desk" <desk@shop.test>',
    subject: 'Alpha Invoice',
    tag: 'Order',
    attachmentNames: null,
    metadata: null,
    trackOpens: false,
    trackLinks: 'None',
    isSandboxed: false,
    isQueued: true,
    recipients: [
      { messageId: first, recipientNumber: 0, field: 'To', address: 'ana@buyer.test', name: 'Ana' },
      { messageId: first, recipientNumber: 1, field: 'Cc', address: 'carl@buyer.test', name: '' },
    ],
  });
});

test('dates and tags are counted exactly beyond 10,000; other filters stop counting there', async () => {
  const crowded = await addServer(db.accept, accountId, 'Live');
  await db.results.query`
    insert into messages (server_id, message_id, stream_id, received_at, from_display, from_key, subject, tag,
                          track_opens, track_links, is_sandboxed)
    select ${crowded.serverId}, overlay(${makeTestId()} placing lpad(to_hex(number), 12, '0') from 25 for 12)::uuid,
           'outbound', now(), '', 'desk@shop.test', 'Sale', 'sale', false, 'None', false
    from generate_series(1, 10050) as number`;
  const count = async (filters: Partial<SearchFilters>) =>
    (await search(filters, { count: 1, offset: 0 }, crowded.serverId)).total;
  assert.equal(await count({}), 10_050);
  assert.equal(await count({ tag: 'SALE', to: new Date(now.getTime() + 60_000) }), 10_050);
  assert.equal(await count({ subject: 'sale' }), 10_000);
  assert.equal(await count({ fromEmail: 'desk@shop.test' }), 10_000);
  assert.equal(await count({ status: 'sent' }), 10_000);
});
