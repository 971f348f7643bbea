import assert from 'node:assert/strict';
import test from 'node:test';
import { addServer, testKeyRing, testWorld } from '../../testing/test-world.ts';
import { authenticateServer } from './authenticate-server.ts';
import { createServer } from './create-server.ts';
import { findSendingServer } from './find-server.ts';
import { readServersWithTokens } from './read-servers.ts';

const { database: db, accountId } = await testWorld();

test('a token finds its server in any case, with what sending needs to know', async () => {
  const server = await addServer(db.accept, accountId, 'Sandbox');
  for (const written of [server.token, server.token.toUpperCase(), ` ${server.token} `]) {
    const found = await authenticateServer(db.reads, written);
    assert.equal(found?.serverId, server.serverId);
    assert.equal(found?.accountId, accountId);
    assert.equal(found?.deliveryType, 'Sandbox');
    assert.equal(found?.trackLinks, 'None');
  }
  assert.equal(await authenticateServer(db.reads, 'POSTMARK_API_TEST'), undefined);
});

test('a server may have several tokens; a revoked one opens nothing, the other still does', async () => {
  const server = await addServer(db.accept, accountId, 'Live');
  const second = await addServer(db.accept, accountId, 'Live');
  await db.accept.query`
    update server_tokens set server_id = ${server.serverId} where server_id = ${second.serverId}`;
  await db.accept.query`
    update server_tokens set revoked_at = now()
    where token_id = (select min(token_id) from server_tokens where server_id = ${server.serverId})`;
  assert.equal(await authenticateServer(db.reads, server.token), undefined);
  assert.equal((await authenticateServer(db.reads, second.token))?.serverId, server.serverId);
  const listed = (await readServersWithTokens(db.reads, testKeyRing)).filter(row => row.serverId === server.serverId);
  assert.deepEqual(
    listed.map(row => row.token),
    [second.token],
  );
});

test('a deleted server has no token any more, cannot send, and leaves its name free', async () => {
  const server = await addServer(db.accept, accountId, 'Live');
  const again = () =>
    db.accept.transaction(tx =>
      createServer(
        tx,
        testKeyRing,
        { accountId, name: server.name.toUpperCase(), deliveryType: 'Live', color: 'red' },
        new Date(),
      ),
    );
  await assert.rejects(again(), { constraint: 'servers_name' });
  await db.accept.query`update servers set deleted_at = now() where server_id = ${server.serverId}`;
  assert.equal(await authenticateServer(db.reads, server.token), undefined);
  assert.equal(await findSendingServer(db.reads, server.serverId), undefined);
  const listed = await readServersWithTokens(db.reads, testKeyRing);
  assert.equal(
    listed.some(row => row.serverId === server.serverId),
    false,
  );
  await again();
});

test('server ids begin above those that mean something to clients', async () => {
  const server = await addServer(db.accept, accountId, 'Live');
  assert.ok(server.serverId > 1000);
});
