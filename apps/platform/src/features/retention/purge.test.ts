import assert from 'node:assert/strict';
import { test } from 'node:test';
import { raw } from '@pennyblack/runtime/database/sql.ts';
import {
  addServer,
  createFakeIntake,
  createTestAcceptor,
  makeTestId,
  suppress,
  testKeyRing,
  testWorld,
} from '../../testing/test-world.ts';
import { insertSources } from '../inbound/store.ts';
import { keyedItemsOf } from '../sending/idempotency-key.ts';
import { sampleRequest } from '../sending/testing/sample-requests.ts';
import { deleteServer } from '../servers/delete-server.ts';
import { archiveStream } from '../streams/archive-stream.ts';
import { createStream } from '../streams/create-stream.ts';
import { createSmtpToken } from '../streams/smtp-tokens.ts';
import { recordSampleHits } from '../tracking/testing/sample-hits.ts';
import { ownedTables, tablesThatStay } from './owned-tables.ts';
import { purgeDeletedServers } from './purge-servers.ts';
import { purgeArchivedStreams } from './purge-streams.ts';
import { listPartitionNames } from './store.ts';

const world = await testWorld();
const { database: db, accountId } = world;
const acceptor = createTestAcceptor(world, createFakeIntake(undefined));
const tables = ownedTables.flatMap(table => [table.name, ...(table.followers ?? [])]);
const minutes = (count: number) => count * 60_000;
const days = (count: number) => count * 86_400_000;

if ((await listPartitionNames(db.reads, 'webhook_history')).length === 0)
  await db.results.query`
    create table webhook_history_of_test partition of webhook_history
    for values from ('00000000-0000-0000-0000-000000000000') to ('ffffffff-ffff-ffff-ffff-ffffffffffff')`;

/** A server with a stream `news`, and rows of `outbound` and of `news` in every table. */
async function fullServer() {
  const server = await addServer(db.accept, accountId, 'Live');
  const { serverId } = server;
  const news = {
    streamId: 'news',
    name: 'News',
    description: null,
    streamType: 'Broadcasts',
    unsubscribeHandling: 'Postmark',
  } as const;
  await db.accept.transaction(tx => createStream(tx, serverId, news, new Date()));
  await db.accept.query`insert into webhook_switches (server_id, posts_smtp_api_errors) values (${serverId}, true)`;
  await db.accept.query`insert into bulk_switched_off (server_id, switched_off_at) values (${serverId}, now())`;
  await db.accept.query`
    insert into templates (server_id, name, template_type, subject, text_body, created_at)
    values (${serverId}, 'T', 'Standard', 's', 't', now())`;
  await db.accept.query`
    with member as (
      insert into users (account_id, email_address, address_key, role, password_hash, created_at, password_changed_at)
      values (${accountId}, 'member', ${`member of ${serverId}`}, 'member', '', now(), now())
      returning user_id)
    insert into user_servers (user_id, server_id) select user_id, ${serverId} from member`;
  await fillInbound(serverId);
  for (const streamId of ['outbound', 'news']) await fill(server, streamId);
  return server;
}

async function fill(server: Awaited<ReturnType<typeof addServer>>, streamId: string): Promise<void> {
  const { serverId } = server;
  const keyed = keyedItemsOf({ serverId, scope: 'test', key: 'one', requestHash: Buffer.alloc(32) })(0);
  const options = streamId === 'outbound' ? { keyed } : {};
  const accepted = await acceptor.accept(server, sampleRequest({ messageStream: streamId }), options);
  assert.ok(accepted.kind === 'accepted');
  const sendAt = new Date(Date.now() + days(1)).toISOString();
  await acceptor.accept(server, sampleRequest({ messageStream: streamId, sendAt }));
  await db.accept.query`
    insert into scheduled_results (server_id, id_tail, message_id, stream_id, due_at, accepted_at, ended_at, status)
    values (${serverId}, ${streamId}, ${accepted.messageId}, ${streamId}, now(), now(), now(), 'sent')`;
  await suppress(db.accept, serverId, 'gone@client.test', { streamId });
  const { messageId } = accepted;
  await recordSampleHits(db.results, async () => {}, { serverId, messageId }, makeTestId);
  await db.accept.query`
    insert into hashed_suppressions (server_id, stream_id, address_hash, reason, origin, created_at)
    values (${serverId}, ${streamId}, '\\x01', 'HardBounce', 'Recipient', now())`;
  await db.accept.query`
    with request as (
      insert into bulk_requests (server_id, bulk_id, stream_id, entries_total, release_at, definition_bytes)
      values (${serverId}, ${makeTestId()}, ${streamId}, 1, now(), 0)
      returning server_id, bulk_id)
    insert into bulk_entries (server_id, bulk_id, entry_number) select server_id, bulk_id, 0 from request`;
  await db.accept.transaction(tx => createSmtpToken(tx, testKeyRing, serverId, streamId, 'Printer', new Date()));
  await addEvents(serverId, streamId, 2);
  await db.accept.query`
    with bounced as (
      insert into bounces (server_id, bounce_id, message_id, recipient_number, stream_id, type, email_address, address_key,
                           from_address, subject, details, bounced_at, is_inactive, can_activate)
      values (${serverId}, nextval('bounce_ids'), ${accepted.messageId}, 0, ${streamId}, 'HardBounce', 'a@b.test', 'a@b.test',
              'c@d.test', 'S', '550', now(), true, true)
      returning server_id, bounce_id)
    insert into bounce_dumps (server_id, bounce_id, stored_at, source) select server_id, bounce_id, now(), '' from bounced`;
  await db.accept.query`
    insert into rebound_tokens (server_id, public_token, created_at) values (${serverId}, gen_random_uuid(), now())
    on conflict do nothing`;
  const [hook] = await db.accept.query<{ webhookId: number }>`
    insert into webhooks (server_id, webhook_id, stream_id, target_encrypted, signing_keys_encrypted, triggers, state_since,
                          created_at)
    values (${serverId}, nextval('webhook_ids'), ${streamId}, '', '', '{Bounce}', now(), now())
    returning webhook_id as "webhookId"`;
  await fillEndpoint(serverId, hook?.webhookId ?? 0);
  await fillStats(serverId, streamId);
  const ids = [makeTestId(), makeTestId(), makeTestId()];
  await db.accept.query`
    insert into webhook_calls (server_id, webhook_id, order_key, call_id, event_id, trigger, includes_content, due_at)
    values (${serverId}, ${hook?.webhookId}, ${ids[0]}, ${ids[1]}, ${ids[2]}, 'Bounce', false, now())`;
  await db.accept.query`
    insert into webhook_history (server_id, webhook_id, call_id, order_key, event_id, trigger, includes_content, state,
                                 attempts, finished_at)
    values (${serverId}, ${hook?.webhookId}, ${ids[1]}, ${ids[0]}, ${ids[2]}, 'Bounce', false, 'failed', '[]', now())`;
}

async function fillInbound(serverId: number): Promise<void> {
  const message = { messageId: makeTestId(), recipient: 'a@b.test', recipientKey: 'a@b.test', mailboxHash: '' };
  const source = {
    serverId,
    sourceId: message.messageId,
    receivedAt: new Date(),
    mailFrom: '',
    clientAddress: '127.0.0.1',
    helo: 'client.test',
    isEncrypted: false,
    packedSource: Buffer.from('x'),
    sourceBytes: 1,
    ownerProcess: null,
    messages: [{ ...message, fingerprint: makeTestId() }],
  };
  await db.accept.transaction(tx => insertSources(tx, [source], new Date()));
  await db.accept
    .query`insert into inbound_rules (server_id, rule, created_at) values (${serverId}, 'ads.test', now())`;
}

async function fillEndpoint(serverId: number, webhookId: number): Promise<void> {
  await db.accept.query`insert into webhook_endpoints (server_id, webhook_id) values (${serverId}, ${webhookId})`;
  await db.accept.query`
    insert into webhook_hours (server_id, webhook_id, trigger, hour, requests, successes, failures, retries, slow,
                               very_slow, terminal_requests, terminal_milliseconds, retry_milliseconds)
    values (${serverId}, ${webhookId}, 'Bounce', now(), 1, 1, 0, 0, 0, 0, 1, 1, 1)`;
}

/** A count that is folded, and one that is not. */
async function fillStats(serverId: number, streamId: string): Promise<void> {
  await db.accept.query`
    with delta as (
      insert into stat_deltas (server_id, stream_id, tag_key, hour, counts)
      values (${serverId}, ${streamId}, '', now(), '{"sent": 1}')
    ), hour as (
      insert into stat_hours (server_id, tag_key, counter, stream_id, hour, label, count)
      values (${serverId}, '', 'sent', ${streamId}, now(), '', 1)
    )
    insert into stat_days (server_id, tag_key, counter, stream_id, day, label, count)
    values (${serverId}, '', 'sent', ${streamId}, current_date, '', 1)`;
}

async function addEvents(serverId: number, streamId: string, count: number): Promise<void> {
  await db.accept.query`
    insert into events (server_id, event_id, kind, stream_id, occurred_at, details)
    select ${serverId}, id, 'suppression_created', ${streamId}, now(), '{}'
    from unnest(${Array.from({ length: count }, () => makeTestId())}::uuid[]) as id`;
}

/** To each webhook of the server. */
async function addHistory(serverId: number, count: number): Promise<void> {
  const hooks = await db.reads.query<{ webhookId: number }>`
    select webhook_id as "webhookId" from webhooks where server_id = ${serverId}`;
  for (const { webhookId } of hooks)
    await db.accept.query`
      insert into webhook_history (server_id, webhook_id, call_id, order_key, event_id, trigger, includes_content, state,
                                   attempts, finished_at)
      select ${serverId}, ${webhookId}, id, id, id, 'Bounce', false, 'succeeded', '[]', now()
      from unnest(${Array.from({ length: count }, () => makeTestId())}::uuid[]) as id`;
}

/** Rows of a server in each table. */
async function countRows(serverId: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const [row] = await db.reads.query<{ count: number }>`
      select count(*)::int as count from ${raw(table)} where server_id = ${serverId}`;
    counts[table] = row?.count ?? 0;
  }
  return counts;
}

async function remove(serverId: number, now: Date): Promise<void> {
  await db.accept.transaction(tx => deleteServer(tx, accountId, serverId, now));
}

test('every table with rows of a server is on the list, or has a reason to stay', async () => {
  const rows = await db.reads.query<{ name: string }>`
    select relname as name
    from pg_class
    join pg_attribute on attrelid = pg_class.oid
    where relnamespace = 'pennyblack'::regnamespace and relkind in ('r', 'p') and not relispartition
      and attname = 'server_id' and not attisdropped`;
  assert.deepEqual(rows.map(row => row.name).toSorted(), [...tables, ...Object.keys(tablesThatStay)].toSorted());
});

test('a deleted server leaves nothing but its row, without secrets; its neighbour keeps everything', async () => {
  const doomed = await fullServer();
  const neighbour = await fullServer();
  const [before, kept] = [await countRows(doomed.serverId), await countRows(neighbour.serverId)];
  for (const [table, count] of Object.entries(before)) assert.ok(count > 0, `the test has no row in ${table}`);

  const deletedAt = new Date();
  await db.accept.query`update servers set hooks_encrypted = 'sealed' where server_id = ${doomed.serverId}`;
  await remove(doomed.serverId, deletedAt);
  await purgeDeletedServers(db.results, new Date(deletedAt.getTime() + minutes(1)));
  assert.deepEqual(new Set(Object.values(await countRows(doomed.serverId))), new Set([0]));
  assert.deepEqual(await countRows(neighbour.serverId), kept);
});

test('what a process wrote late for a deleted server goes too, and the server counts as gone an hour later', async () => {
  const { serverId } = await addServer(db.accept, accountId, 'Live');
  const read = async () =>
    (
      await db.reads.query<{ purgedAt: Date | null; hooks: Buffer | null; tokens: number }>`
        select purged_at as "purgedAt", hooks_encrypted as hooks,
               (select count(*)::int from server_tokens t where t.server_id = s.server_id) as tokens
        from servers s where server_id = ${serverId}`
    )[0];
  const deletedAt = new Date();
  const later = (count: number) => new Date(deletedAt.getTime() + minutes(count));
  await remove(serverId, deletedAt);
  await purgeDeletedServers(db.results, later(1));
  await addEvents(serverId, 'outbound', 1);
  await purgeDeletedServers(db.results, later(2));
  assert.equal((await countRows(serverId)).events, 0);
  assert.equal((await read())?.purgedAt, null);
  await addEvents(serverId, 'outbound', 1);
  // It found something, so another pass has to find nothing.
  await purgeDeletedServers(db.results, later(61));
  assert.equal((await read())?.purgedAt, null);
  await purgeDeletedServers(db.results, later(62));
  assert.deepEqual(await read(), { purgedAt: later(62), hooks: null, tokens: 0 });
  await addEvents(serverId, 'outbound', 1);
  await purgeDeletedServers(db.results, later(63));
  assert.equal((await countRows(serverId)).events, 1, 'a server that is gone is not looked at any more');
});

test('a large server goes in steps: a run that had enough, or was killed, is taken up by the next', async () => {
  const { serverId } = await fullServer();
  await addEvents(serverId, 'outbound', 2_500);
  await addHistory(serverId, 1_500);
  const now = new Date();
  await remove(serverId, now);
  let runs = 0;
  for (; runs < 50 && Object.values(await countRows(serverId)).some(count => count > 0); runs += 1)
    await purgeDeletedServers(db.results, now, 2);
  assert.ok(runs > 2 && runs < 50, `${runs} runs`);
});

test('a stream that was archived 45 days ago disappears with its data; other streams keep theirs, and its id is free', async () => {
  const { serverId } = await fullServer();
  const before = await countRows(serverId);
  const other = await fullServer();
  const othersBefore = await countRows(other.serverId);
  await addEvents(serverId, 'news', 1_200);
  await addEvents(serverId, 'outbound', 1_200);
  await addHistory(serverId, 1_100);
  const now = new Date();
  await db.accept.transaction(tx => archiveStream(tx, serverId, 'news', now));
  await db.accept.transaction(tx => archiveStream(tx, other.serverId, 'news', new Date(now.getTime() + days(1))));

  await purgeArchivedStreams(db.results, new Date(now.getTime() + days(45) - 1));
  assert.equal((await countRows(serverId)).message_streams, before.message_streams);
  await purgeArchivedStreams(db.results, new Date(now.getTime() + days(45)));
  const half = (count: number | undefined) => (count ?? 0) / 2;
  const ofServerOnly = new Set([
    'webhook_switches',
    'user_servers',
    'rebound_tokens',
    'bulk_switched_off',
    'templates',
    'idempotency_keys',
    ...tables.filter(table => table.startsWith('inbound_')),
  ]);
  const rows = await countRows(serverId);
  for (const table of tables) {
    if (ofServerOnly.has(table)) assert.equal(rows[table], 1, table);
    else if (table === 'message_streams') assert.equal(rows[table], 3);
    else if (table === 'webhook_history') assert.equal(rows[table], half(before[table]) + 1_100);
    else if (table === 'events') assert.equal(rows[table], half(before.events) + 1_200);
    else assert.equal(rows[table], half(before[table]), table);
  }
  const left = await db.reads.query`
    select 1 from messages where server_id = ${serverId} and stream_id = 'news'
    union all select 1 from events where server_id = ${serverId} and stream_id = 'news'
    union all select 1 from suppressions where server_id = ${serverId} and stream_id = 'news'`;
  assert.deepEqual(left, []);
  assert.deepEqual(await countRows(other.serverId), othersBefore);
  const again = {
    streamId: 'news',
    name: 'Again',
    description: null,
    streamType: 'Transactional',
    unsubscribeHandling: 'None',
  } as const;
  await db.accept.transaction(tx => createStream(tx, serverId, again, now));
});
