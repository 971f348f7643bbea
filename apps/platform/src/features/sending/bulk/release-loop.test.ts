import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createAddressReplacer } from '@pennyblack/email/address/replace-address.ts';
import {
  addServer,
  createFakeIntake,
  createTestBulkAcceptor,
  type FakeIntake,
  readQueue,
  suppress,
  testAcceptDeps,
  testWorld,
} from '../../../testing/test-world.ts';
import type { StoredEvent } from '../../events/event.ts';
import { unpackContent } from '../../messages/message-content.ts';
import { findSendingServer } from '../../servers/find-server.ts';
import { archiveStream } from '../../streams/archive-stream.ts';
import { createStream } from '../../streams/create-stream.ts';
import type { BulkProgress } from './bulk-request.ts';
import type { BulkSubmission } from './bulk-submission.ts';
import { cancelBulk } from './cancel-bulk.ts';
import { deleteOldBulk } from './delete-old-bulk.ts';
import { readBulk } from './read-bulk.ts';
import { type ReleaseLoopDeps, startReleaseLoop } from './release-loop.ts';
import { bulkEntriesRemover } from './remove-recipient.ts';
import { claimEntries, failEntry } from './store.ts';

const world = await testWorld();
const { database: db, accountId } = world;
const accept = createTestBulkAcceptor(world);

type Server = Awaited<ReturnType<typeof addServer>>;

function newServer(): Promise<Server> {
  return addServer(db.accept, accountId, 'Live');
}

const entryTo = (to: string, changes: Partial<BulkSubmission['entries'][number]> = {}) => ({
  to,
  cc: '',
  bcc: '',
  model: {},
  metadata: {},
  headers: [],
  ...changes,
});

function submission(changes: Partial<BulkSubmission> = {}): BulkSubmission {
  return {
    shared: { from: 'desk@shop.test', replyTo: '', headers: [], metadata: {}, attachments: [] },
    subject: 'News for {{name}}',
    textBody: 'Hello {{name}}',
    htmlBody: '<p>Hello {{name}}</p>',
    inlinesCss: false,
    entries: [entryTo('ana@buyer.test', { model: { name: 'Ana & Co' } })],
    ...changes,
  };
}

async function submit(server: Server, changes: Partial<BulkSubmission> = {}): Promise<string> {
  const result = await accept({ serverId: server.serverId, isTest: false }, submission(changes), undefined);
  assert.ok(result.kind === 'accepted');
  return result.messageId;
}

const people = (count: number, name = 'p') =>
  Array.from({ length: count }, (_, n) => entryTo(`${name}${n}@buyer.test`, { model: { name: `${name}${n}` } }));

function startLoop(intake: FakeIntake = createFakeIntake(undefined), overrides: Partial<ReleaseLoopDeps> = {}) {
  const errors: unknown[] = [];
  const loop = startReleaseLoop({
    ...testAcceptDeps(world, intake),
    pool: db.results,
    now: () => new Date(),
    serverOf: serverId => findSendingServer(db.reads, serverId),
    onBatch: () => {},
    onError: error => void errors.push(error),
    ...overrides,
  });
  return { ...loop, errors };
}

async function until(
  server: Server,
  bulkId: string,
  isTrue: (progress: BulkProgress) => boolean,
): Promise<BulkProgress> {
  for (;;) {
    const progress = await readBulk(db.reads, server.serverId, bulkId);
    if (isTrue(progress)) return progress;
    await wait(20);
  }
}

const ended = (progress: BulkProgress) => progress.status === 'Completed';

async function workOff(server: Server, bulkId: string): Promise<BulkProgress> {
  const loop = startLoop();
  const progress = await until(server, bulkId, ended);
  await loop.stop();
  assert.deepEqual(loop.errors, []);
  return progress;
}

async function messagesOf(server: Server) {
  const rows = await db.reads.query<{ messageId: string; address: string; content: Buffer }>`
    select m.message_id as "messageId", r.address, c.content
    from messages m join message_contents c using (server_id, message_id) join message_recipients r using (server_id, message_id)
    where m.server_id = ${server.serverId} order by m.message_id`;
  return rows.map(row => ({ ...row, content: unpackContent(row.content) }));
}

test('each entry becomes a message of its own, written with its model, in the lane of broadcasts', async () => {
  const server = await newServer();
  const shared = {
    ...submission().shared,
    replyTo: 'answers@shop.test',
    tag: 'october',
    metadata: { campaign: '7', kind: 'news' },
    headers: [
      { name: 'X-A', value: 'shared' },
      { name: 'X-B', value: 'shared' },
    ],
  };
  const bulkId = await submit(server, {
    shared,
    entries: [
      entryTo('Ana <ana@buyer.test>', {
        cc: 'ben@buyer.test',
        model: { name: 'Ana & Co' },
        metadata: { Kind: 'own' },
        headers: [{ name: 'x-b', value: 'own' }],
      }),
      entryTo('cleo@buyer.test'),
    ],
  });
  const progress = await workOff(server, bulkId);
  assert.deepEqual([progress.status, progress.releasedCount, progress.failedCount], ['Completed', 2, 0]);
  const [first, , second] = await messagesOf(server);
  assert.ok(first && second);
  const { content } = first;
  assert.deepEqual(
    [content.subject, content.text, content.html],
    ['News for Ana & Co', 'Hello Ana & Co', '<p>Hello Ana &amp; Co</p>'],
  );
  assert.deepEqual(content.metadata, { campaign: '7', Kind: 'own' });
  assert.deepEqual(content.headers, [
    { name: 'X-A', value: 'shared' },
    { name: 'x-b', value: 'own' },
  ]);
  assert.deepEqual([content.tag, content.replyTo[0]?.address], ['october', 'answers@shop.test']);
  assert.deepEqual(
    [second.content.subject, second.content.text, second.content.metadata],
    ['News for ', 'Hello ', { campaign: '7', kind: 'news' }],
  );
  const queue = await readQueue(db.reads, server.serverId);
  assert.deepEqual(
    queue.map(row => [row.messageId, row.recipientNumber, row.lane, row.streamId]),
    [
      [first.messageId, 0, 1, 'broadcast'],
      [first.messageId, 1, 1, 'broadcast'],
      [second.messageId, 0, 1, 'broadcast'],
    ],
  );
});

test('once an entry has ended it says nothing of anybody any more, and names its message', async () => {
  const server = await newServer();
  const bulkId = await submit(server);
  await workOff(server, bulkId);
  const rows = await db.reads.query<Record<string, unknown>>`
    select e.content, e.address_keys as keys, e.outcome, e.message_id = m.message_id as names, r.definition
    from bulk_entries e join bulk_requests r using (server_id, bulk_id) join messages m using (server_id)
    where e.server_id = ${server.serverId}`;
  assert.deepEqual(rows, [{ content: null, keys: null, outcome: 'released', names: true, definition: null }]);
});

test('suppressed recipients do not get it: an entry with nobody left has failed, another goes to the rest', async () => {
  const server = await newServer();
  await suppress(db.accept, server.serverId, 'gone@buyer.test', { streamId: 'broadcast' });
  const bulkId = await submit(server, {
    entries: [entryTo('gone@buyer.test'), entryTo('gone@buyer.test, here@buyer.test'), entryTo('other@buyer.test')],
  });
  const progress = await workOff(server, bulkId);
  assert.deepEqual([progress.releasedCount, progress.failedCount], [2, 1]);
  assert.equal((await readQueue(db.reads, server.serverId)).length, 2);
});

test('an entry that cannot be written bounces, with the reason, and is not sent', async () => {
  const server = await newServer();
  const bulkId = await submit(server, {
    textBody: '{{#each list}}{{.}}{{/each}}',
    entries: [
      entryTo('ana@buyer.test', { model: { list: 'no list' } }),
      entryTo('ben@buyer.test', { model: { list: ['x'] } }),
    ],
  });
  world.heard.length = 0;
  const progress = await workOff(server, bulkId);
  assert.deepEqual([progress.releasedCount, progress.failedCount], [1, 1]);
  const [bounced] = world.heard.filter((event: StoredEvent) => event.kind === 'recipient_bounced');
  assert.equal(bounced?.recipient, 'ana@buyer.test');
  assert.equal(bounced?.details.type, 'TemplateRenderingFailed');
  assert.match(String(bounced?.details.reply), /list/);
  const queue = await readQueue(db.reads, server.serverId);
  assert.equal(queue.length, 1);
  assert.notEqual(queue[0]?.messageId, bounced?.messageId);
  const stored = (await messagesOf(server)).find(message => message.messageId === bounced?.messageId);
  assert.deepEqual(
    [stored?.content.text, stored?.content.html, stored?.content.subject],
    [undefined, undefined, 'News for {{name}}'],
  );
});

test('several processes share a request: each entry is released once', async () => {
  const server = await newServer();
  const bulkId = await submit(server, { entries: people(1500) });
  const loops = [startLoop(), startLoop(), startLoop()];
  const progress = await until(server, bulkId, ended);
  await Promise.all(loops.map(loop => loop.stop()));
  assert.deepEqual([progress.releasedCount, progress.failedCount], [1500, 0]);
  const addresses = (await messagesOf(server)).map(message => message.address);
  assert.equal(addresses.length, 1500);
  assert.equal(new Set(addresses).size, 1500);
  assert.deepEqual(
    loops.flatMap(loop => loop.errors),
    [],
  );
});

test('a batch that fails leaves nothing behind, and its entries are released by the next one', async () => {
  const server = await newServer();
  const bulkId = await submit(server, { entries: people(700) });
  let failures = 0;
  const intake = createFakeIntake(9);
  const { recordEvents } = world;
  const loop = startLoop(intake, {
    recordEvents: async (tx, events, now) => {
      await recordEvents(tx, events, now);
      failures += 1;
      if (failures <= 2) throw new Error('the process fails before it has committed');
    },
  });
  await until(server, bulkId, ended);
  await loop.stop();
  assert.equal(loop.errors.length, 2);
  const addresses = (await messagesOf(server)).map(message => message.address);
  assert.deepEqual([addresses.length, new Set(addresses).size], [700, 700]);
  assert.equal(intake.taken.length, 700);
  // The room of the batches that failed was given back.
  assert.equal(intake.roomReserved, 700);
});

test('requests take turns: neither one of ten nor that of another server waits for one of thousands', async () => {
  const server = await newServer();
  const large = await submit(server, { entries: people(2000, 'large') });
  await submit(server, { entries: people(10, 'small') });
  const other = await newServer();
  await submit(other, { entries: people(10) });
  await workOff(server, large);
  const messages = await messagesOf(server);
  const lastOf = (name: string) => messages.findLast(message => message.address.startsWith(name))?.messageId ?? '';
  const lastOfOther = (await messagesOf(other)).at(-1)?.messageId ?? '';
  assert.ok(lastOf('small') !== '' && lastOf('small') < lastOf('large'));
  assert.ok(lastOfOther !== '' && lastOfOther < lastOf('large'));
});

test('a cancelled request keeps what was released or is just being released, and nothing more comes of it', async () => {
  const server = await newServer();
  const bulkId = await submit(server, { entries: people(1500) });
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const { promise: atGate, resolve: arrive } = Promise.withResolvers<void>();
  const { recordEvents } = world;
  let batches = 0;
  const loop = startLoop(undefined, {
    recordEvents: async (tx, events, now) => {
      await recordEvents(tx, events, now);
      batches += 1;
      if (batches !== 2) return;
      arrive();
      await gate;
    },
  });
  await atGate;
  const cancelling = cancelBulk(db.reads, server.serverId, bulkId, new Date());
  await until(server, bulkId, progress => progress.status === 'Cancelled');
  open();
  const cancelled = await cancelling;
  assert.deepEqual([cancelled.status, cancelled.releasedCount, cancelled.failedCount], ['Cancelled', 600, 0]);
  const marker = await submit(server);
  await until(server, marker, ended);
  await loop.stop();
  assert.equal((await readQueue(db.reads, server.serverId)).length, 601);
  assert.deepEqual(await readBulk(db.reads, server.serverId, bulkId), cancelled);
});

test('whoever dies while he cancels is finished by the loop', async () => {
  const server = await newServer();
  const bulkId = await submit(server, { entries: people(5) });
  await db.accept.query`update bulk_requests set cancelled_at = now() where bulk_id = ${bulkId}`;
  const loop = startLoop();
  const isEnded = async () =>
    (await db.reads.query`select 1 from bulk_requests where bulk_id = ${bulkId} and ended_at is not null`).length > 0;
  while (!(await isEnded())) await wait(20);
  await loop.stop();
  const progress = await readBulk(db.reads, server.serverId, bulkId);
  assert.deepEqual([progress.status, progress.releasedCount, progress.failedCount], ['Cancelled', 0, 0]);
});

test('nothing is released before its time', async () => {
  const server = await newServer();
  const later = await submit(server, { sendAt: new Date(Date.now() + 3_600_000).toISOString() });
  const now = await submit(server);
  await workOff(server, now);
  assert.equal((await readBulk(db.reads, server.serverId, later)).status, 'Accepted');
  const loop = startLoop(undefined, { now: () => new Date(Date.now() + 3_600_001) });
  await until(server, later, ended);
  await loop.stop();
});

test('when its stream is archived the rest of a request fails', async () => {
  const server = await newServer();
  const stream = {
    streamId: 'news',
    name: 'News',
    description: null,
    streamType: 'Broadcasts' as const,
    unsubscribeHandling: 'Postmark' as const,
  };
  await db.accept.transaction(tx => createStream(tx, server.serverId, stream, new Date()));
  const bulkId = await submit(server, { messageStream: 'news', entries: people(7) });
  await db.accept.transaction(tx => archiveStream(tx, server.serverId, 'news', new Date()));
  const progress = await workOff(server, bulkId);
  assert.deepEqual([progress.releasedCount, progress.failedCount], [0, 7]);
  assert.deepEqual(await messagesOf(server), []);
});

test('when its sender may not send any more, the rest of a request fails', async () => {
  const server = await newServer();
  const bulkId = await submit(server, { entries: people(7) });
  const asked: string[] = [];
  const loop = startLoop(undefined, {
    settings: { mailHostname: 'mail.shop.test', requireVerifiedSenders: true, allowNonAsciiMailboxes: false },
    findSenderStanding: async (_accountId, { address }) => {
      asked.push(address);
      return 'unconfirmed_signature';
    },
  });
  const progress = await until(server, bulkId, ended);
  await loop.stop();
  assert.deepEqual([progress.releasedCount, progress.failedCount], [0, 7]);
  assert.deepEqual(await messagesOf(server), []);
  assert.ok(asked.every(address => address === 'desk@shop.test'));
  assert.match(String(loop.errors[0]), /sender may not send any more/);
});

test('an entry that makes the writer throw fails alone', async () => {
  const server = await newServer();
  const bulkId = await submit(server, { entries: people(5) });
  await db.accept.query`
    update bulk_entries set content = ${Buffer.from('\0no JSON')} where bulk_id = ${bulkId} and entry_number = 2`;
  const loop = startLoop();
  const progress = await until(server, bulkId, ended);
  await loop.stop();
  assert.deepEqual([progress.releasedCount, progress.failedCount], [4, 1]);
  assert.equal(loop.errors.length, 1);
  assert.equal((await messagesOf(server)).length, 4);
});

test('an entry that the database refuses fails alone', async () => {
  const server = await newServer();
  const refused = entryTo('bad@buyer.test', { cc: 'worse@buyer.test' });
  const bulkId = await submit(server, { entries: [...people(4), refused, ...people(4, 'q')] });
  const { recordEvents } = world;
  const loop = startLoop(undefined, {
    recordEvents: async (tx, events, now) => {
      await recordEvents(tx, events, now);
      if (events.some(event => event.details.recipients === 2)) await tx.query`select 1 / 0`;
    },
  });
  const progress = await until(server, bulkId, ended);
  await loop.stop();
  assert.deepEqual([progress.releasedCount, progress.failedCount], [8, 1]);
  const addresses = (await messagesOf(server)).map(message => message.address);
  assert.equal(new Set(addresses).size, 8);
  assert.ok(!addresses.includes('bad@buyer.test'));
});

test('who fails an entry does not fail the next one instead, when somebody else has it in hand', async () => {
  const server = await newServer();
  const bulkId = await submit(server, { entries: people(2) });
  const request = { serverId: server.serverId, bulkId };
  const fail = () => db.results.transaction(tx => failEntry(tx, request, 0));
  await db.accept.transaction(async holder => {
    await claimEntries(holder, request, -1, 1);
    assert.equal(await fail(), false);
  });
  assert.deepEqual([await fail(), await fail()], [true, false]);
  const progress = await workOff(server, bulkId);
  assert.deepEqual([progress.releasedCount, progress.failedCount], [1, 1]);
});

test('while the queue of its server is long, a request rests', async () => {
  const server = await newServer();
  await db.accept.query`
    insert into delivery_queue (server_id, message_id, recipient_number, lane, stream_id, due_at)
    select ${server.serverId}, gen_random_uuid(), 0, 1, 'broadcast', now() from generate_series(1, 10000)`;
  const bulkId = await submit(server, { entries: people(5) });
  const other = await newServer();
  const marker = await submit(other);
  const loop = startLoop();
  await until(other, marker, ended);
  assert.equal((await readBulk(db.reads, server.serverId, bulkId)).releasedCount, 0);
  await db.accept.query`delete from delivery_queue where server_id = ${server.serverId}`;
  await until(server, bulkId, ended);
  await loop.stop();
});

test('a recipient whose data is erased is taken out of what waits, and nothing is found the second time', async () => {
  const server = await newServer();
  const text = 'Write to ana@buyer.test';
  const bulkId = await submit(server, {
    entries: [
      entryTo('Ana <Ana@Buyer.test>'),
      entryTo('"Ben, B." <ben@buyer.test>', { cc: 'ana@buyer.test', model: { name: text } }),
      entryTo('joana@buyer.test'),
    ],
  });
  const subject = {
    accountId,
    serverIds: [server.serverId],
    addressKey: 'ana@buyer.test',
    upperMessageId: 'ffffffff-ffff-7fff-bfff-ffffffffffff',
    replace: createAddressReplacer(['ana@buyer.test']),
  };
  const remove = (changes: object) =>
    db.accept.transaction(
      tx =>
        bulkEntriesRemover.removeByAddress?.(tx, { ...subject, ...changes }, 100, new Date()) ?? Promise.resolve(-1),
    );
  // A request that came after the erasure was asked for stays as it is.
  assert.equal(await remove({ upperMessageId: '00000000-0000-0000-0000-000000000000' }), 0);
  assert.equal(await remove({ serverIds: [] }), 0);
  assert.equal(await remove({}), 2);
  assert.equal(await remove({}), 0);
  const progress = await workOff(server, bulkId);
  assert.deepEqual([progress.releasedCount, progress.failedCount], [2, 1]);
  const messages = await messagesOf(server);
  assert.deepEqual(messages.map(message => message.address).toSorted(), ['ben@buyer.test', 'joana@buyer.test']);
  const ben = messages.find(message => message.address === 'ben@buyer.test');
  assert.equal(ben?.content.to[0]?.name, 'Ben, B.');
  assert.equal(ben?.content.text, 'Hello Write to removed@recipient.invalid');
});

test('entries are deleted an hour after the end, requests with the messages; what is open stays', async () => {
  const server = await newServer();
  const count = async (table: 'bulk_entries' | 'bulk_requests') => {
    const [row] =
      table === 'bulk_entries'
        ? await db.reads.query<{ count: number }>`
            select count(*)::int as count from bulk_entries where server_id = ${server.serverId}`
        : await db.reads.query<{ count: number }>`
            select count(*)::int as count from bulk_requests where server_id = ${server.serverId}`;
    return row?.count;
  };
  const bulkId = await submit(server, { entries: people(3) });
  const before = await workOff(server, bulkId);
  await submit(server, { entries: people(4) });
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);
  await deleteOldBulk(db.results, inMinutes(-100_000), inMinutes(30));
  assert.equal(await count('bulk_entries'), 7);
  await deleteOldBulk(db.results, inMinutes(-100_000), inMinutes(61));
  assert.deepEqual([await count('bulk_entries'), await count('bulk_requests')], [4, 2]);
  assert.deepEqual(await readBulk(db.reads, server.serverId, bulkId), before);
  await deleteOldBulk(db.results, inMinutes(1), inMinutes(61));
  assert.deepEqual([await count('bulk_entries'), await count('bulk_requests')], [4, 1]);
});
