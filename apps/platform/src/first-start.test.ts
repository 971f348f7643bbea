import assert from 'node:assert/strict';
import test from 'node:test';
import { raw } from '@pennyblack/runtime/database/sql.ts';
import { authenticateAccount } from './features/accounts/authenticate-account.ts';
import { checkSecret } from './features/accounts/check-secret.ts';
import { readAccountTokens } from './features/accounts/read-accounts.ts';
import { findSigningKeys } from './features/domains/find-signing-keys.ts';
import { findSenderStanding } from './features/senders/find-sender-standing.ts';
import { readServersWithTokens } from './features/servers/read-servers.ts';
import { findStreams } from './features/streams/find-streams.ts';
import { ensureFirstStart, type FirstStartSettings } from './first-start.ts';
import { testDatabase } from './testing/test-database.ts';
import { testKeyRing } from './testing/test-world.ts';

const now = new Date();
const settings: FirstStartSettings = {
  accountToken: undefined,
  serverToken: undefined,
  mailHostname: 'mail.shop.test',
  verifiedDomains: [],
};

/** An empty installation; every start proves its secret key before anything else. */
async function installation() {
  const { database: db } = await testDatabase();
  await checkSecret(db.accept, testKeyRing, now);
  const start = (changes: Partial<FirstStartSettings> = {}) =>
    ensureFirstStart(db.accept, testKeyRing, { ...settings, ...changes }, now);
  const count = async (table: 'accounts' | 'servers' | 'domains' | 'dkim_keys') =>
    (await db.reads.query`select 1 from ${raw(table)}`).length;
  return { db, start, count };
}

test('the first start makes an account with a live and a sandbox server, each with its streams; later ones find them', async () => {
  const { db, start, count } = await installation();
  assert.deepEqual(await start(), { isFirst: true });
  const servers = await readServersWithTokens(db.reads, testKeyRing);
  assert.deepEqual(
    servers.map(server => [server.name, server.deliveryType]),
    [
      ['Live', 'Live'],
      ['Sandbox', 'Sandbox'],
    ],
  );
  for (const { serverId } of servers) assert.equal((await findStreams(db.reads, serverId)).size, 3);

  assert.deepEqual(await start(), { isFirst: false });
  assert.deepEqual(await readServersWithTokens(db.reads, testKeyRing), servers);
  // One account for customers, and one without a token for the installation's own mail.
  assert.deepEqual([await count('accounts'), await count('domains'), await count('dkim_keys')], [2, 1, 2]);
  assert.equal((await readAccountTokens(db.reads, testKeyRing)).length, 1);
});

test('processes that start for the first time at the same moment make one account, and one of them says so', async () => {
  const { start, count } = await installation();
  const results = await Promise.all([start(), start(), start()]);
  assert.equal(results.filter(result => result.isFirst).length, 1);
  assert.deepEqual([await count('accounts'), await count('servers'), await count('domains')], [2, 3, 1]);
  assert.equal(await count('dkim_keys'), 2);
});

test('given tokens are taken on the first start and only then', async () => {
  const { db, start } = await installation();
  const accountToken = 'aaaaaaaa-1111-4111-8111-111111111111';
  const serverToken = 'BBBBBBBB-2222-4222-8222-222222222222';
  await start({ accountToken, serverToken });
  assert.ok(await authenticateAccount(db.reads, accountToken));
  const [live] = await readServersWithTokens(db.reads, testKeyRing);
  assert.equal(live?.token, serverToken.toLowerCase());

  const later = 'cccccccc-3333-4333-8333-333333333333';
  await start({ accountToken: later, serverToken: later });
  assert.equal(await authenticateAccount(db.reads, later), undefined);
  assert.equal((await readServersWithTokens(db.reads, testKeyRing))[0]?.token, serverToken.toLowerCase());
});

test('mail is signed with the installation’s own domain from the first start on', async () => {
  const { db, start } = await installation();
  await start();
  const keys = await findSigningKeys(db.reads, testKeyRing, 1, 'anything.test', 'mail.shop.test');
  assert.deepEqual(
    keys.map(key => key.domain),
    ['mail.shop.test', 'mail.shop.test'],
  );
});

test('a domain that the operator vouches for may send from the next start on, with keys of its own', async () => {
  const { db, start } = await installation();
  await start();
  const standing = () => findSenderStanding(db.reads, 1, { address: 'desk@shop.test', domain: 'shop.test' });
  assert.equal(await standing(), 'unknown');
  await start({ verifiedDomains: ['shop.test', 'other.test'] });
  assert.equal(await standing(), 'verified_domain');
  const [key] = await findSigningKeys(db.reads, testKeyRing, 1, 'other.test', 'mail.shop.test');
  assert.equal(key?.domain, 'other.test');
  // Taking a domain off the list is no revocation.
  await start();
  assert.equal(await standing(), 'verified_domain');
});
