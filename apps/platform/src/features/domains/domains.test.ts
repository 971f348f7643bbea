import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import test from 'node:test';
import { createKeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { testDomainDeps, testKeyRing, testWorld } from '../../testing/test-world.ts';
import { addDomain, vouchForDomain } from './add-domain.ts';
import { isDomainVerified, readDomains } from './find-domain.ts';
import { findSigningKeys } from './find-signing-keys.ts';
import { listDnsRecords } from './list-dns-records.ts';

const world = await testWorld();
const { database: db, accountId } = world;
const now = new Date('2026-11-21T12:00:00Z');
const add = (name: string, account: number | null = accountId) => addDomain(db.accept, testKeyRing, account, name, now);
const vouch = (domainId: number, time = now) => db.accept.transaction(tx => vouchForDomain(tx, domainId, time));
const { hosts } = testDomainDeps(world);
const dkimOf = async (name: string) =>
  (await listDnsRecords(db.reads, hosts, accountId, name, now))?.filter(record => record.purpose === 'DKIM');
const keysFor = (fromDomain: string, account = accountId) =>
  findSigningKeys(db.reads, testKeyRing, account, fromDomain, 'mail.shop.test');

test('a domain that is added has a key of each kind, and tells which records to publish', async () => {
  await add('Records.Test');
  const records = await dkimOf('records.test');
  assert.deepEqual(
    records?.map(record => [record.type, record.name]),
    [
      ['TXT', '20261121120000pm._domainkey.records.test'],
      ['TXT', '20261121120000pme._domainkey.records.test'],
    ],
  );
  assert.match(records?.[0]?.value ?? '', /^k=rsa; p=[\w+/]+=*$/);
  assert.match(records?.[1]?.value ?? '', /^k=ed25519; p=[\w+/]+=*$/);
  assert.equal(await dkimOf('unknown.test'), undefined);
});

test('private keys are stored encrypted, and belong to the published public keys', async () => {
  const domainId = await add('secret.test');
  const rows = await db.reads.query<{ sealed: Buffer; publicKey: string; algorithm: string }>`
    select private_key_encrypted as sealed, public_key as "publicKey", algorithm
    from dkim_keys where domain_id = ${domainId}`;
  assert.equal(rows.length, 2);
  for (const { sealed, publicKey, algorithm } of rows) {
    assert.ok(!sealed.includes('PRIVATE KEY'));
    const made = createPublicKey(createPrivateKey(testKeyRing.decrypt(sealed).toString()));
    const der = made.export({ format: 'der', type: 'spki' }).toString('base64');
    // An Ed25519 record holds the bare key (RFC 8463 4.2), which is the end of the SPKI form.
    assert.ok(
      der.endsWith(publicKey) || Buffer.from(der, 'base64').subarray(-32).toString('base64') === publicKey,
      algorithm,
    );
  }
});

test('adding a domain again, in another case, or twice at the same moment gives one domain with one pair of keys', async () => {
  const ids = await Promise.all([add('race.test'), add('RACE.test'), add('race.test')]);
  ids.push(await add('race.test'));
  assert.equal(new Set(ids).size, 1);
  const keys = await db.reads.query`select 1 from dkim_keys where domain_id = ${ids[0]}`;
  assert.equal(keys.length, 2);
});

test('a domain signs and counts as verified from the moment that it is vouched for, and keeps that moment', async () => {
  const domainId = await add('vouched.test');
  assert.equal(await isDomainVerified(db.reads, accountId, 'vouched.test'), false);
  assert.deepEqual(await keysFor('vouched.test'), []);
  await vouch(domainId);
  await vouch(domainId, new Date('2027-01-01T00:00:00Z'));
  assert.equal(await isDomainVerified(db.reads, accountId, 'Vouched.TEST'), true);
  assert.equal(await isDomainVerified(db.reads, accountId, 'sub.vouched.test'), false);
  const domain = (await readDomains(db.reads, accountId)).find(one => one.domainId === domainId);
  assert.deepEqual(domain?.verifiedAt, now);
});

test('mail is signed with the keys of its own domain, else with the installation’s, else not at all', async () => {
  await vouch(await add('own.test'));
  assert.deepEqual(await keysFor('stranger.test'), []);
  const installation = await add('mail.shop.test', null);
  assert.deepEqual(await keysFor('stranger.test'), []);
  await vouch(installation);
  const signersOf = async (fromDomain: string) => (await keysFor(fromDomain)).map(key => [key.domain, key.selector]);
  assert.deepEqual(await signersOf('Own.Test'), [
    ['own.test', '20261121120000pm'],
    ['own.test', '20261121120000pme'],
  ]);
  assert.deepEqual(await signersOf('stranger.test'), [
    ['mail.shop.test', '20261121120000pm'],
    ['mail.shop.test', '20261121120000pme'],
  ]);
  // Not with another account's keys.
  assert.equal((await keysFor('own.test', accountId + 1))[0]?.domain, 'mail.shop.test');
});

test('a revoked key signs no more and is not listed', async () => {
  const domainId = await add('revoked.test');
  await vouch(domainId);
  await db.accept.query`
    update dkim_keys set state = 'revoked' where domain_id = ${domainId} and algorithm = 'rsa-sha256'`;
  assert.deepEqual(
    (await keysFor('revoked.test')).map(key => key.selector),
    ['20261121120000pme'],
  );
  assert.equal((await dkimOf('revoked.test'))?.length, 1);
});

test('with another secret key no private key can be read', async () => {
  await vouch(await add('locked.test'));
  const other = createKeyRing([Buffer.alloc(32, 9)]);
  await assert.rejects(findSigningKeys(db.reads, other, accountId, 'locked.test', 'none.test'), /not in the key ring/);
});
