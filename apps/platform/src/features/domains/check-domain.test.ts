// Checks, rotations and housekeeping on a real database, with a DNS that the test holds in its hands.

import assert from 'node:assert/strict';
import test from 'node:test';
import { testDomainDeps, testKeyRing, testWorld } from '../../testing/test-world.ts';
import { addDomain, vouchForDomain } from './add-domain.ts';
import { type CheckChange, checkDomain } from './check-domain.ts';
import { editDomain } from './edit-domain.ts';
import { findReturnPathHost, findTrackingHost, readDomainByName } from './find-domain.ts';
import { findSigningKeys } from './find-signing-keys.ts';
import { dkimHost, layOutKeys } from './key-rules.ts';
import type { DnsLookUp } from './ports.ts';
import { recheckDomains } from './recheck-domains.ts';
import { dkimRecord } from './record-fields.ts';
import { rotateKeys } from './rotate-dkim.ts';

const world = await testWorld();
const { database: db, accountId, heard } = world;
const zone = new Map<string, DnsLookUp>();
const asked: string[] = [];
const deps = testDomainDeps(world, {
  lookUp: async (name, type) => {
    asked.push(name);
    return zone.get(`${type} ${name}`) ?? { kind: 'absent' };
  },
});
const start = new Date('2026-11-26T12:00:00Z');
const hours = (count: number) => new Date(start.getTime() + count * 3_600_000);

const read = async (name: string) => {
  const domain = await readDomainByName(db.reads, accountId, name);
  return domain ?? assert.fail(`there is no ${name}`);
};

async function publishKeys(name: string, only: 'rsa' | 'both' = 'both'): Promise<void> {
  const { keys } = await read(name);
  for (const key of keys.filter(one => one.state !== 'revoked')) {
    if (only === 'rsa' && key.algorithm !== 'rsa-sha256') continue;
    const record = dkimRecord(key, name);
    zone.set(`TXT ${record.name}`, { kind: 'records', records: [record.value] });
  }
}

const signers = async (name: string) =>
  (await findSigningKeys(db.reads, testKeyRing, accountId, name, 'none.test')).map(key => key.selector);

async function verifiedDomain(name: string): Promise<number> {
  const domainId = await addDomain(db.accept, testKeyRing, accountId, name, start);
  await publishKeys(name);
  await checkDomain(deps, domainId, start);
  return domainId;
}

test('a record that is found verifies the domain, with one event for each record, and tells when to look again', async () => {
  heard.length = 0;
  const domainId = await verifiedDomain('found.test');
  const domain = await read('found.test');
  assert.deepEqual([domain.verifiedAt, domain.verifiedBy], [start, 'dns']);
  assert.deepEqual(await signers('found.test'), ['20261126120000pm', '20261126120000pme']);
  assert.deepEqual(
    heard.map(({ kind, serverId, details }) => [kind, serverId, details.domainId, details.from, details.to]),
    [
      ['domain_check_changed', 0, domainId, null, 'found'],
      ['domain_check_changed', 0, domainId, null, 'found'],
    ],
  );
  await checkDomain(deps, domainId, hours(1));
  assert.equal(heard.length, 2, 'nothing new, nothing said');
  const [row] = await db.reads.query<{
    at: Date;
  }>`select next_check_at as at from domains where domain_id = ${domainId}`;
  assert.deepEqual(row?.at, hours(25));
});

test('a record that is gone: reported once, signs for three days, then the installation signs, and at once again when it is back', async () => {
  const domainId = await verifiedDomain('gone.test');
  await vouchForInstallation();
  zone.delete('TXT 20261126120000pm._domainkey.gone.test');
  zone.delete('TXT 20261126120000pme._domainkey.gone.test');
  const changes: CheckChange[] = [];
  await checkDomain(deps, domainId, hours(1), undefined, change => changes.push(change));
  await checkDomain(deps, domainId, hours(2), undefined, change => changes.push(change));
  assert.deepEqual(
    changes.map(({ host, from, to }) => [host, from, to]),
    [
      ['20261126120000pm._domainkey.gone.test', 'found', 'missing'],
      ['20261126120000pme._domainkey.gone.test', 'found', 'missing'],
    ],
  );
  await checkDomain(deps, domainId, hours(72));
  assert.equal((await signers('gone.test')).length, 2);
  await checkDomain(deps, domainId, hours(73));
  assert.deepEqual(await signers('gone.test'), []);
  assert.notEqual((await read('gone.test')).verifiedAt, null, 'it may still send');

  await publishKeys('gone.test', 'rsa');
  await checkDomain(deps, domainId, hours(80));
  assert.deepEqual(await signers('gone.test'), ['20261126120000pm']);
});

async function vouchForInstallation(): Promise<void> {
  const id = await addDomain(db.accept, testKeyRing, null, 'mail.shop.test', start);
  await db.accept.transaction(tx => vouchForDomain(tx, id, start));
}

test('a failing DNS changes nothing, however long it fails', async () => {
  const domainId = await verifiedDomain('silent.test');
  for (const { selector } of (await read('silent.test')).keys)
    zone.set(`TXT ${selector}._domainkey.silent.test`, { kind: 'unreachable', reason: 'timeout' });
  for (const at of [1, 50, 100, 500]) await checkDomain(deps, domainId, hours(at));
  const { checks } = await read('silent.test');
  assert.deepEqual(checks.at(-1)?.clearAt, start);
  assert.equal((await signers('silent.test')).length, 2);
  assert.deepEqual(
    (await read('silent.test')).checks.map(check => [check.state, check.failure, check.missingSince]),
    [
      ['found', 'timeout', null],
      ['found', 'timeout', null],
    ],
  );
});

test('one look at a gap and then only failures stop no key', async () => {
  const domainId = await verifiedDomain('once.test');
  for (const { selector } of (await read('once.test')).keys) zone.delete(`TXT ${selector}._domainkey.once.test`);
  await checkDomain(deps, domainId, hours(1));
  for (const { selector } of (await read('once.test')).keys)
    zone.set(`TXT ${selector}._domainkey.once.test`, { kind: 'failed', reason: 'SERVFAIL' });
  for (const at of [50, 100, 500]) await checkDomain(deps, domainId, hours(at));
  assert.equal((await signers('once.test')).length, 2);
});

test('a domain that the operator vouches for signs although its records were never seen', async () => {
  const domainId = await addDomain(db.accept, testKeyRing, accountId, 'vouched.test', start);
  await db.accept.transaction(tx => vouchForDomain(tx, domainId, start));
  await checkDomain(deps, domainId, hours(1));
  assert.equal((await signers('vouched.test')).length, 2);
  // A rotation waits for the DNS, or for the operator's word again.
  await rotateKeys(deps, domainId, hours(2));
  assert.deepEqual(await signers('vouched.test'), ['20261126120000pm', '20261126120000pme']);
  await db.accept.transaction(tx => vouchForDomain(tx, domainId, hours(3)));
  assert.deepEqual(await signers('vouched.test'), ['20261126140000pm', '20261126140000pme']);
});

test('a rotation revokes the old pair when the new record is seen; two rotations at once make one', async () => {
  const domainId = await verifiedDomain('rotated.test');
  const results = await Promise.allSettled([
    rotateKeys(deps, domainId, hours(1)),
    rotateKeys(deps, domainId, hours(1)),
  ]);
  assert.deepEqual(results.map(result => result.status).sort(), ['fulfilled', 'rejected']);
  await checkDomain(deps, domainId, hours(2));
  assert.deepEqual(await signers('rotated.test'), ['20261126120000pm', '20261126120000pme']);
  await publishKeys('rotated.test', 'rsa');
  await checkDomain(deps, domainId, hours(3));
  assert.deepEqual(await signers('rotated.test'), ['20261126130000pm']);
  const { keys, checks } = await read('rotated.test');
  assert.deepEqual(layOutKeys(keys).revoked.rsa?.revokedAt, hours(3));
  assert.ok(!checks.some(check => check.host.startsWith('20261126120000')), 'of revoked keys nothing is asked');
});

test('what changes while the DNS is asked is not judged by its answer', async () => {
  const domainId = await verifiedDomain('moving.test');
  await editDomain(deps, accountId, domainId, { returnPathDomain: 'a.moving.test' }, start);
  zone.set('CNAME a.moving.test', { kind: 'records', records: ['mail.shop.test'] });
  const slow = {
    ...deps,
    lookUp: async (name: string, type: 'TXT' | 'CNAME') => {
      if (type === 'CNAME') await editDomain(deps, accountId, domainId, { returnPathDomain: 'b.moving.test' }, start);
      return deps.lookUp(name, type);
    },
  };
  await checkDomain(slow, domainId, hours(1));
  assert.equal((await read('moving.test')).returnPathVerifiedAt, null);
});

test('return path and tracking host count from their CNAME on, and an hour after it has gone ours stand in', async () => {
  const domainId = await verifiedDomain('hosts.test');
  const wish = { returnPathDomain: 'rp.hosts.test', customTrackingDomain: 'click.hosts.test' };
  await editDomain(deps, accountId, domainId, wish, start);
  const used = async () => [
    await findReturnPathHost(db.reads, accountId, 'Hosts.test'),
    await findTrackingHost(db.reads, accountId, 'hosts.test'),
  ];
  assert.deepEqual(await used(), [undefined, undefined]);
  zone.set('CNAME rp.hosts.test', { kind: 'records', records: ['alias.hosts.test'] });
  zone.set('CNAME alias.hosts.test', { kind: 'records', records: ['mail.shop.test'] });
  zone.set('CNAME click.hosts.test', { kind: 'records', records: ['click.shop.test'] });
  await checkDomain(deps, domainId, hours(1));
  assert.deepEqual(await used(), ['rp.hosts.test', 'click.hosts.test']);
  zone.set('CNAME rp.hosts.test', { kind: 'records', records: ['pm.mtasv.net'] });
  zone.delete('CNAME click.hosts.test');
  await checkDomain(deps, domainId, hours(2));
  assert.deepEqual(await used(), ['rp.hosts.test', 'click.hosts.test']);
  await checkDomain(deps, domainId, hours(3));
  assert.deepEqual(await used(), [undefined, undefined]);
  // A loop of aliases ends, and leads nowhere.
  zone.set('CNAME rp.hosts.test', { kind: 'records', records: ['rp.hosts.test'] });
  await checkDomain(deps, domainId, hours(4));
  assert.deepEqual(await used(), [undefined, undefined]);
});

test('housekeeping looks at what is due, each domain once however many processes do it, and a bounded number in a run', async () => {
  const name = (index: number) => `many${index}.test`;
  for (let index = 0; index < 70; index += 1)
    await db.accept.query`
      insert into domains (account_id, name, created_at, waiting_since, next_check_at)
      values (${accountId}, ${name(index)}, ${start}, ${start}, ${hours(-1)})`;
  await db.accept.query`update domains set next_check_at = ${hours(999)} where name not like 'many%'`;
  const counts = await Promise.all([recheckDomains(deps, hours(0)), recheckDomains(deps, hours(0))]);
  assert.deepEqual(
    counts.toSorted((a, b) => b - a),
    [60, 10],
  );
  assert.equal(await recheckDomains(deps, hours(0)), 0);
  await db.accept.query`update domains set next_check_at = ${hours(0)} where name like 'many%'`;
  asked.length = 0;
  await recheckDomains(deps, hours(0), { isStopping: () => true });
  assert.deepEqual(asked, [], 'a process that ends asks nobody any more');
  await db.accept.query`update domains set next_check_at = ${hours(999)}`;
  asked.length = 0;
  await db.accept.query`update domains set next_check_at = ${hours(5)} where name = 'found.test'`;
  assert.equal(await recheckDomains(deps, hours(6)), 1);
  assert.deepEqual(asked.sort(), (await read('found.test')).keys.map(key => dkimHost(key, 'found.test')).sort());
});
