import assert from 'node:assert/strict';
import test from 'node:test';
import { type Database, DatabaseUnavailable } from '@pennyblack/runtime/database/database.ts';
import {
  addServer,
  createFakeIntake,
  createTestAcceptor,
  readQueue,
  suppress,
  testKeyRing,
  testWorld,
} from '../../testing/test-world.ts';
import { createAccount } from '../accounts/create-account.ts';
import { addDomain, vouchForDomain } from '../domains/add-domain.ts';
import { unpackContent } from '../messages/message-content.ts';
import { confirmSender } from '../senders/confirm-sender.ts';
import { findStreams } from '../streams/find-streams.ts';
import { sampleRequest } from './testing/sample-requests.ts';

const world = await testWorld();
const { database: db, accountId } = world;
const acceptor = createTestAcceptor(world, createFakeIntake(undefined));
const checking = createTestAcceptor(world, createFakeIntake(undefined), {
  settings: { mailHostname: 'mail.shop.test', requireVerifiedSenders: true, allowNonAsciiMailboxes: false },
});

async function countMessages(): Promise<number> {
  const [row] = await db.reads.query<{ count: number }>`select count(*)::int as count from messages`;
  return row?.count ?? 0;
}

async function refusalOf(accepting: Promise<{ kind: string }>) {
  const result = (await accepting) as { kind: string; refusal?: string; text?: string };
  assert.equal(result.kind, 'refused', JSON.stringify(result));
  return { refusal: result.refusal, text: result.text };
}

test('an accepted message is in the database when the answer comes', async () => {
  const result = await acceptor.accept(world.server, sampleRequest());
  assert.equal(result.kind, 'accepted');
  if (result.kind !== 'accepted') return;
  assert.equal(result.text, 'OK');
  const [row] = await db.reads.query`
    select server_id as "serverId", stream_id as "streamId", received_at as "receivedAt", from_display as "fromDisplay",
           from_key as "fromKey", subject
    from messages where message_id = ${result.messageId}`;
  assert.deepEqual(row, {
    serverId: world.server.serverId,
    streamId: 'outbound',
    receivedAt: result.submittedAt,
    fromDisplay: '"Shop Desk" <desk@shop.test>',
    fromKey: 'desk@shop.test',
    subject: 'Order 1187',
  });
  assert.equal((await readQueue(db.reads, world.server.serverId, result.messageId)).length, 1);
});

test('two hundred at once share transactions, and each has an id of its own', async () => {
  const server = await addServer(db.accept, accountId, 'Live');
  let transactions = 0;
  const counted: Database = {
    ...db,
    accept: {
      ...db.accept,
      transaction: work => {
        transactions += 1;
        return db.accept.transaction(work);
      },
    },
  };
  // Kept, as in the running platform: otherwise the speed of two hundred look-ups decides about the groups.
  const streams = findStreams(db.reads, server.serverId);
  const accepting = createTestAcceptor(world, createFakeIntake(undefined), {
    db: counted,
    findStreams: () => streams,
    findDefaultReplyTo: async () => undefined,
  });
  const results = await Promise.all(
    Array.from({ length: 200 }, (_, number) =>
      accepting.accept(server, sampleRequest({ to: `r${number}@buyer.test` })),
    ),
  );
  const ids = new Set(results.map(result => result.kind === 'accepted' && result.messageId));
  assert.equal(ids.size, 200);
  assert.equal((await readQueue(db.reads, server.serverId)).length, 200);
  assert.ok(transactions < 20, `${transactions} transactions`);
});

test('a message of a megabyte is stored whole', async () => {
  const noise = Array.from({ length: 100_000 }, (_, number) => (number * 2_654_435_761) % 4_294_967_296).join(' ');
  const result = await acceptor.accept(world.server, sampleRequest({ textBody: noise }));
  assert.equal(result.kind, 'accepted');
  const id = result.kind === 'accepted' ? result.messageId : '';
  const [row] = await db.reads.query<{ content: Buffer }>`
    select content from message_contents where message_id = ${id}`;
  assert.ok(row);
  assert.ok(unpackContent(row.content).text === noise);
});

test('an unknown stream, and one that receives, are refused with the stream’s name', async () => {
  const unknown = await refusalOf(acceptor.accept(world.server, sampleRequest({ messageStream: 'news' })));
  assert.equal(unknown.refusal, 'stream_unknown');
  assert.match(unknown.text ?? '', /'news' does not exist on this server/);
  const inbound = await refusalOf(acceptor.accept(world.server, sampleRequest({ messageStream: 'inbound' })));
  assert.equal(inbound.refusal, 'stream_cannot_send');
});

test('when some are suppressed the text names them, and the others are sent to', async () => {
  const server = await addServer(db.accept, accountId, 'Live');
  await suppress(db.accept, server.serverId, 'ben@buyer.test');
  const request = sampleRequest({ to: 'ana@buyer.test', cc: 'Ben@Buyer.test' });
  const result = await acceptor.accept(server, request);
  assert.equal(result.kind, 'accepted');
  assert.equal(
    result.text,
    'Message OK, but will not deliver to these inactive addresses: ben@buyer.test. Inactive recipients are ones that have generated a hard bounce, a spam complaint, or a manual suppression.',
  );
  assert.deepEqual(
    (await readQueue(db.reads, server.serverId)).map(row => row.recipientNumber),
    [0],
  );
});

test('when all are suppressed the message is refused and nothing of it is stored', async () => {
  const server = await addServer(db.accept, accountId, 'Live');
  await suppress(db.accept, server.serverId, 'ana@buyer.test');
  await suppress(db.accept, server.serverId, 'ben@buyer.test', { reason: 'SpamComplaint' });
  const before = await countMessages();
  const refusal = await refusalOf(acceptor.accept(server, sampleRequest({ to: 'ana@buyer.test, BEN@buyer.test' })));
  assert.deepEqual(refusal, {
    refusal: 'recipients_inactive',
    text: 'You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: ana@buyer.test, ben@buyer.test. Inactive recipients are ones that have generated a hard bounce, a spam complaint, or a manual suppression.',
  });
  assert.equal(await countMessages(), before);
});

test('From must be known and confirmed; a confirmed address or a verified domain may send', async () => {
  const unknown = await refusalOf(checking.accept(world.server, sampleRequest()));
  assert.equal(unknown.refusal, 'sender_not_found');
  assert.match(unknown.text ?? '', /\(desk@shop\.test\) is not a Sender Signature on your account/);

  await db.accept.query`
    insert into sender_signatures (account_id, email_address, address_key, name, created_at)
    values (${accountId}, 'desk@shop.test', 'desk@shop.test', '', now())`;
  const unconfirmed = await refusalOf(checking.accept(world.server, sampleRequest()));
  assert.equal(unconfirmed.refusal, 'sender_unconfirmed');

  await db.accept.transaction(tx => confirmSender(tx, accountId, 'Desk@Shop.test', 'Desk', new Date()));
  assert.equal((await checking.accept(world.server, sampleRequest())).kind, 'accepted');
  const other = sampleRequest({ from: 'any@verified.test' });
  assert.equal((await refusalOf(checking.accept(world.server, other))).refusal, 'sender_not_found');
  const domainId = await addDomain(db.accept, testKeyRing, accountId, 'verified.test', new Date());
  await db.accept.transaction(tx => vouchForDomain(tx, domainId, new Date()));
  assert.equal((await checking.accept(world.server, other)).kind, 'accepted');
});

test('a sandbox server sends from anywhere, and so does everybody when the setting is off', async () => {
  const stranger = sampleRequest({ from: 'who@nowhere.test' });
  const sandbox = await addServer(db.accept, accountId, 'Sandbox');
  const result = await checking.accept(sandbox, stranger);
  assert.equal(result.kind, 'accepted');
  const [row] = await db.reads
    .query`select is_sandboxed as "isSandboxed" from messages where server_id = ${sandbox.serverId}`;
  assert.deepEqual(row, { isSandboxed: true });
  assert.equal((await acceptor.accept(world.server, stranger)).kind, 'accepted');
});

test('a message turns tracking of opens on and not off, unless it says never, and decides about links itself', async () => {
  const tracked = { ...world.server, trackOpens: true, trackLinks: 'HtmlOnly' as const };
  const never = [{ name: 'X-PM-TrackOpens', value: 'Never' }];
  const cases = [
    [tracked, {}, { opens: true, links: 'HtmlOnly' }],
    [tracked, { trackOpens: false, trackLinks: 'None' }, { opens: true, links: 'None' }],
    [world.server, { trackOpens: true, trackLinks: 'TextOnly' }, { opens: true, links: 'TextOnly' }],
    [world.server, {}, { opens: false, links: 'None' }],
    [tracked, { trackOpens: true, headers: never }, { opens: false, links: 'HtmlOnly' }],
  ] as const;
  for (const [server, changes, expected] of cases) {
    const result = await acceptor.accept(server, sampleRequest(changes));
    assert.equal(result.kind, 'accepted');
    const id = result.kind === 'accepted' ? result.messageId : '';
    const rows = await db.reads.query`
      select track_opens as opens, track_links as links from messages where message_id = ${id}`;
    assert.deepEqual(rows, [expected]);
    // Delivery reads it there; what is not tracked says nothing, so that it is composed once for all.
    const [row] = await db.reads.query<{ content: Buffer }>`
      select content from message_contents where message_id = ${id}`;
    const content = unpackContent(row?.content ?? Buffer.alloc(0));
    assert.deepEqual(content.tracking, expected.opens || expected.links !== 'None' ? expected : undefined);
    assert.deepEqual(content.headers, []);
  }
});

test('what cannot be stored is not answered: the caller hears that the database is away', async () => {
  const away: Database = {
    ...db,
    accept: {
      ...db.accept,
      transaction: async () => {
        throw new DatabaseUnavailable('away');
      },
    },
  };
  const accepting = createTestAcceptor(world, createFakeIntake(1), { db: away });
  await assert.rejects(accepting.accept(world.server, sampleRequest()), DatabaseUnavailable);
});

test('a rehearsal checks like an acceptance and stores nothing', async () => {
  const before = await countMessages();
  const rehearsed = acceptor.rehearse(sampleRequest());
  assert.equal(rehearsed.kind, 'accepted');
  assert.equal(rehearsed.text, 'Test job accepted');
  assert.equal(
    (await refusalOf(Promise.resolve(acceptor.rehearse(sampleRequest({ to: 'World' }))))).refusal,
    'email_invalid',
  );
  assert.equal(await countMessages(), before);
});

test('a message without a Reply-To has that of its sender signature; its own goes first', async () => {
  await db.accept.query`
    insert into sender_signatures (account_id, email_address, address_key, name, reply_to, created_at)
    values (${accountId}, 'Answers@shop.test', 'answers@shop.test', 'Answers', 'help@shop.test', now())`;
  const replyToOf = async (changes: Parameters<typeof sampleRequest>[0], server = world.server) => {
    const result = await acceptor.accept(server, sampleRequest(changes));
    assert.ok(result.kind === 'accepted', JSON.stringify(result));
    const [row] = await db.reads.query<{ content: Buffer }>`
      select content from message_contents where message_id = ${result.messageId}`;
    return unpackContent(row?.content ?? Buffer.alloc(0)).replyTo.map(mailbox => mailbox.address);
  };
  assert.deepEqual(await replyToOf({ from: 'ANSWERS@Shop.test', replyTo: '' }), ['help@shop.test']);
  assert.deepEqual(await replyToOf({ from: 'answers@shop.test', replyTo: 'own@shop.test' }), ['own@shop.test']);
  assert.deepEqual(await replyToOf({ from: 'others@shop.test', replyTo: '' }), []);
  const stranger = await db.accept.transaction(tx =>
    createAccount(tx, testKeyRing, { name: 'Stranger', givenToken: undefined }, new Date()),
  );
  const theirs = await addServer(db.accept, stranger.accountId, 'Live');
  assert.deepEqual(await replyToOf({ from: 'answers@shop.test', replyTo: '' }, theirs), []);
});
