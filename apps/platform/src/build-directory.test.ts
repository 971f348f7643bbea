import assert from 'node:assert/strict';
import test from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import type { Database, Listener } from '@pennyblack/runtime/database/database.ts';
import { createDirectoryCache } from './build-directory.ts';
import { announceDirectoryChange } from './features/accounts/announce-change.ts';
import { addDomain, vouchForDomain } from './features/domains/add-domain.ts';
import { confirmSender } from './features/senders/confirm-sender.ts';
import { deleteServer } from './features/servers/delete-server.ts';
import { editServer } from './features/servers/edit-server.ts';
import { archiveStream, unarchiveStream } from './features/streams/archive-stream.ts';
import { createStream } from './features/streams/create-stream.ts';
import { testServerDeps } from './testing/test-server-deps.ts';
import { addServer, testKeyRing, testWorld } from './testing/test-world.ts';
import { until } from './testing/until.ts';

const world = await testWorld();
const { database: db, accountId } = world;

/** A cache of its own over the real database, counting the statements that reach it. */
async function directory(listener: Listener = db.listener) {
  const clock = createSetClock(new Date('2026-11-21T12:00:00Z'));
  const counts = { statements: 0 };
  const reads: Database['reads'] = {
    ...db.reads,
    query: (strings, ...values) => {
      counts.statements += 1;
      return db.reads.query(strings, ...values);
    },
  };
  const deps = { db: { ...db, reads, listener }, keyRing: testKeyRing, clock, installationDomain: 'mail.shop.test' };
  return { cache: await createDirectoryCache(deps), clock, counts };
}

test('what is asked for again within ten seconds costs no statement, and is read again after them', async () => {
  const { cache, clock, counts } = await directory();
  const { server } = world;
  const ask = async () => {
    assert.equal((await cache.authenticateServer(server.token))?.serverId, server.serverId);
    assert.equal((await cache.serverOf(server.serverId))?.name, server.name);
    assert.equal((await cache.streamsOf(server.serverId)).size, 3);
    await cache.senderStanding(accountId, { address: 'a@b.test', domain: 'b.test' });
    await cache.signingKeys(accountId, 'b.test');
    assert.equal(await cache.defaultReplyTo(accountId, 'a@b.test'), undefined);
    assert.equal(await cache.returnPathHost(accountId, 'b.test'), undefined);
  };
  await ask();
  const first = counts.statements;
  assert.ok(first > 0);
  clock.advance(9_999);
  await ask();
  assert.equal(counts.statements, first);
  clock.advance(2);
  await ask();
  assert.equal(counts.statements, 2 * first);
});

test('an unknown token is remembered as unknown: a flood of it is not a flood of statements', async () => {
  const { cache, counts } = await directory();
  for (let call = 0; call < 20; call += 1) {
    assert.equal(await cache.authenticateServer('no such token'), undefined);
    assert.equal(await cache.authenticateAccount('no such token'), undefined);
  }
  assert.equal(counts.statements, 2);
});

test('a change anywhere is noticed at once, though the clock stands still', async () => {
  const { cache } = await directory();
  const server = await addServer(db.accept, accountId, 'Live');
  const from = { address: 'desk@fresh.test', domain: 'fresh.test' };
  assert.ok(await cache.authenticateServer(server.token));
  assert.equal(await cache.senderStanding(accountId, from), 'unknown');
  assert.deepEqual(await cache.signingKeys(accountId, 'fresh.test'), []);

  const domainId = await addDomain(db.accept, testKeyRing, accountId, 'fresh.test', new Date());
  await db.accept.transaction(async tx => {
    await tx.query`update server_tokens set revoked_at = now() where server_id = ${server.serverId}`;
    await vouchForDomain(tx, domainId, new Date());
    await announceDirectoryChange(tx);
  });
  await until(async () => (await cache.authenticateServer(server.token)) === undefined);
  assert.equal(await cache.senderStanding(accountId, from), 'verified_domain');
  assert.equal((await cache.signingKeys(accountId, 'fresh.test')).length, 2);
});

test('what the API changes of servers, tokens and streams is noticed at once by every process', async () => {
  const { cache } = await directory();
  const { serverId, token } = await addServer(db.accept, accountId, 'Live');
  const inTransaction = db.accept.transaction;
  const now = new Date();
  assert.equal((await cache.serverOf(serverId))?.trackOpens, false);
  assert.equal((await cache.streamsOf(serverId)).size, 3);
  assert.ok(await cache.authenticateServer(token));

  const change = { trackOpens: true, trackLinks: 'HtmlOnly', smtpApiActivated: false } as const;
  await inTransaction(tx => editServer(tx, testServerDeps(), { serverId, accountId }, change, now));
  await until(async () => (await cache.serverOf(serverId))?.trackOpens === true);
  const { trackLinks, smtpApiActivated } = (await cache.serverOf(serverId)) ?? {};
  assert.deepEqual([trackLinks, smtpApiActivated], ['HtmlOnly', false]);

  const stream = { streamId: 'news', name: 'News', description: null, streamType: 'Broadcasts' } as const;
  await inTransaction(tx => createStream(tx, serverId, { ...stream, unsubscribeHandling: 'Postmark' }, now));
  await until(async () => (await cache.streamsOf(serverId)).has('news'));
  await inTransaction(tx => archiveStream(tx, serverId, 'news', now));
  await until(async () => (await cache.streamsOf(serverId)).get('news')?.isArchived === true);
  await inTransaction(tx => unarchiveStream(tx, serverId, 'news', now));
  await until(async () => (await cache.streamsOf(serverId)).get('news')?.isArchived === false);

  await inTransaction(tx => deleteServer(tx, accountId, serverId, now));
  await until(async () => (await cache.authenticateServer(token)) === undefined);
  assert.equal(await cache.serverOf(serverId), undefined);
});

test('the process that made a change need not wait for the notification', async () => {
  const deaf: Listener = { notify: async () => {}, listen: async () => {} };
  const { cache } = await directory(deaf);
  const { serverId, token } = await addServer(db.accept, accountId, 'Live');
  assert.ok(await cache.authenticateServer(token));
  await db.accept.transaction(tx => deleteServer(tx, accountId, serverId, new Date()));
  assert.ok(await cache.authenticateServer(token));
  cache.clear();
  assert.equal(await cache.authenticateServer(token), undefined);
});

test('a change whose transaction is rolled back is not announced', async () => {
  let announcements = 0;
  await db.listener.listen(
    'pennyblack_directory',
    () => {
      announcements += 1;
    },
    () => {},
  );
  const failing = db.accept.transaction(async tx => {
    await announceDirectoryChange(tx);
    throw new Error('rolled back');
  });
  await assert.rejects(failing, /rolled back/);
  await db.accept.transaction(tx => announceDirectoryChange(tx));
  await until(async () => announcements > 0);
  assert.equal(announcements, 1);
});

test('after a gap in listening everything is read again, because a change may have been missed', async () => {
  let reconnected = () => {};
  const listener: Listener = {
    notify: async () => {},
    listen: async (_channel, _onMessage, onReconnect) => {
      reconnected = onReconnect;
    },
  };
  const { cache } = await directory(listener);
  const from = { address: 'late@shop.test', domain: 'shop.test' };
  assert.equal(await cache.senderStanding(accountId, from), 'unknown');
  await db.accept.transaction(tx => confirmSender(tx, accountId, from.address, '', new Date()));
  assert.equal(await cache.senderStanding(accountId, from), 'unknown');
  reconnected();
  assert.equal(await cache.senderStanding(accountId, from), 'confirmed_signature');
});

test('a caller’s token says whose it is and never that it is the test token', async () => {
  const { cache } = await directory();
  const caller = await cache.authenticateServer(world.server.token.toUpperCase());
  assert.equal(caller?.serverId, world.server.serverId);
  assert.equal(caller?.isTest, false);
  assert.equal(await cache.serverOf(1), undefined);
});
