// The endpoints of domains over HTTP: every refusal of the family, and that another account neither sees nor changes anything.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { domainEndpoints } from '../../../endpoints/domains.ts';
import { startAccountApi } from '../../../testing/test-account-api.ts';
import { testDomainDeps, testWorld } from '../../../testing/test-world.ts';
import type { DnsLookUp } from '../ports.ts';

const world = await testWorld();
const zone = new Map<string, DnsLookUp>();
const domains = testDomainDeps(world, {
  lookUp: async (name, type) => zone.get(`${type} ${name}`) ?? { kind: 'absent' },
});
const endpoints = domainEndpoints({ domains, directoryChanged: () => {} });
const { api, call, callAsOther, callWith, clock } = await startAccountApi(world, endpoints);
after(api.close);

const create = async (name: string, more: object = {}) =>
  (await call('POST', '/domains', { Name: name, ...more })).json;
// biome-ignore lint/suspicious/noExplicitAny: the answer as it came.
const publishPending = (domain: any) => {
  zone.set(`TXT ${domain.DKIMPendingHost}`, { kind: 'records', records: [domain.DKIMPendingTextValue] });
};

async function refused(code: number, status: number, ...request: Parameters<typeof call>): Promise<void> {
  const { json, ...answer } = await call(...request);
  assert.deepEqual([answer.status, json.ErrorCode], [status, code], `${request.join(' ')}: ${JSON.stringify(json)}`);
  assert.ok(json.Message.length > 0);
}

test('the paging of the list: 500', async () => {
  await refused(500, 422, 'GET', '/domains');
  await refused(500, 422, 'GET', '/domains?count=10');
  await refused(500, 422, 'GET', '/domains?count=501&offset=0');
  await refused(500, 422, 'GET', '/domains?count=x&offset=0');
  await refused(500, 422, 'GET', '/domains?count=1&offset=-1');
  assert.deepEqual((await call('GET', '/domains?count=500&offset=99999')).json.Domains, []);
});

test('a name that cannot be: 502, 503, 512, 514, 515, 516, 522, 403', async () => {
  await refused(502, 422, 'POST', '/domains');
  for (const body of [{}, { Name: null }, { Name: ' ' }, { ReturnPathDomain: 'a.b.test' }])
    await refused(514, 422, 'POST', '/domains', body);
  await refused(515, 422, 'POST', '/domains', { Name: `${'abcdefghi.'.repeat(26)}test` });
  for (const Name of ['bareword', 'a b.test', '192.0.2.7']) await refused(516, 422, 'POST', '/domains', { Name });
  for (const Name of ['gmail.com', 'YAHOO.co.uk']) await refused(503, 422, 'POST', '/domains', { Name });
  await refused(522, 422, 'POST', '/domains', { Name: 'example.com' });
  await refused(522, 422, 'POST', '/domains', { Name: 'a.test', ReturnPathDomain: 'rp.other.test' });
  await refused(522, 422, 'POST', '/domains', {
    Name: 'a.test',
    ReturnPathDomain: 'x.a.test',
    CustomTrackingDomain: 'x.a.test',
  });
  await refused(521, 422, 'POST', '/domains', { Name: 'a.test', ReturnPathDomain: `${'a.'.repeat(130)}a.test` });
  await refused(403, 422, 'POST', '/domains', { Name: 7 });
  await refused(510, 422, 'GET', '/domains/abc');
  assert.equal((await call('GET', '/domains?count=1&offset=0')).json.TotalCount, 0, 'nothing was made');
});

test('names are taken in any case and script, keys in any case, and once', async () => {
  const domain = (await call('POST', '/domains/', { name: 'Bücher.test', returnPathDomain: 'RP.Bücher.test' })).json;
  assert.deepEqual([domain.Name, domain.ReturnPathDomain], ['xn--bcher-kva.test', 'rp.xn--bcher-kva.test']);
  await refused(512, 422, 'POST', '/domains', { Name: 'BÜCHER.test' });
  const twice = await Promise.all([create('race.test'), create('race.test')]);
  assert.deepEqual(twice.map(answer => answer.ErrorCode).sort(), [512, undefined]);
});

test('edit: absent stays, null and empty clear, the name cannot be changed', async () => {
  const { ID } = await create('edit.test', { ReturnPathDomain: 'rp.edit.test' });
  const edit = async (body: object) => (await call('PUT', `/Domains/${ID}`, body)).json;
  await refused(502, 422, 'PUT', `/domains/${ID}`);
  await refused(502, 422, 'PUT', `/domains/${ID}`, { Unknown: 1 });
  await refused(511, 422, 'PUT', `/domains/${ID}`, { Name: 'other.test' });
  await refused(522, 422, 'PUT', `/domains/${ID}`, { CustomTrackingDomain: 'rp.edit.test' });
  await refused(522, 422, 'PUT', `/domains/${ID}`, { ReturnPathDomain: 'edit.test' });
  const edited = await edit({ CustomTrackingDomain: 'click.edit.test' });
  assert.deepEqual([edited.ReturnPathDomain, edited.CustomTrackingDomain], ['rp.edit.test', 'click.edit.test']);
  assert.equal((await edit({ ...edited, ReturnPathDomain: null })).ReturnPathDomain, '');
  assert.equal((await edit({ CustomTrackingDomain: '' })).CustomTrackingDomain, '');
});

test('a verified return path is not given up for one without a record: 523', async () => {
  const { ID } = await create('keep.test', { ReturnPathDomain: 'rp.keep.test' });
  zone.set('CNAME rp.keep.test', { kind: 'records', records: ['mail.shop.test'] });
  assert.equal((await call('PUT', `/domains/${ID}/verifyReturnPath`)).json.ReturnPathDomainVerified, true);
  await refused(523, 422, 'PUT', `/domains/${ID}`, { ReturnPathDomain: 'new.keep.test' });
  assert.equal((await call('GET', `/domains/${ID}`)).json.ReturnPathDomain, 'rp.keep.test');
  zone.set('CNAME new.keep.test', { kind: 'records', records: ['mail.shop.test'] });
  const edited = (await call('PUT', `/domains/${ID}`, { ReturnPathDomain: 'new.keep.test' })).json;
  assert.deepEqual([edited.ReturnPathDomain, edited.ReturnPathDomainVerified], ['new.keep.test', false]);
});

test('the custom tracking domain is verified by its CNAME', async () => {
  const { ID } = await create('track.test', { CustomTrackingDomain: 'click.track.test' });
  assert.equal((await call('PUT', `/domains/${ID}/verifyCustomTracking`)).json.CustomTrackingVerified, false);
  zone.set('CNAME click.track.test', { kind: 'records', records: ['click.shop.test'] });
  const domain = (await call('PUT', `/domains/${ID}/verifycustomtracking`)).json;
  assert.deepEqual([domain.CustomTrackingVerified, domain.CustomTrackingDomainCNAMEValue], [true, 'click.shop.test']);
});

test('the life of a key: 505 while it waits, 508 when another was published, 709 when nobody answers', async () => {
  const domain = await create('life.test');
  const path = `/domains/${domain.ID}`;
  await refused(505, 422, 'POST', `${path}/rotateDKIM`);
  const pending = `TXT ${domain.DKIMPendingHost}`;
  zone.set(pending, { kind: 'unreachable', reason: 'timeout' });
  zone.set(pending.replace('pm.', 'pme.'), { kind: 'unreachable', reason: 'timeout' });
  await refused(709, 500, 'PUT', `${path}/verifyDkim`);
  zone.set(pending, { kind: 'failed', reason: 'SERVFAIL' });
  assert.equal((await call('PUT', `${path}/verifyDkim`)).json.DKIMUpdateStatus, 'Pending');
  zone.set(pending, { kind: 'records', records: ['k=rsa; p=other'] });
  assert.equal((await call('PUT', `${path}/verifyDkim`)).json.DKIMUpdateStatus, 'Failed');
  await refused(508, 422, 'POST', `${path}/rotatedkim`);
  publishPending(domain);
  assert.equal((await call('PUT', `${path}/verifyDKIM`)).json.DKIMVerified, true);

  const rotating = (await call('POST', `${path}/rotatedkim`)).json;
  assert.deepEqual([rotating.DKIMUpdateStatus, rotating.DKIMHost], ['Pending', domain.DKIMPendingHost]);
  clock.set(new Date(clock.now().getTime() + 60_000));
  publishPending(rotating);
  const rotated = (await call('PUT', `${path}/verifyDkim`)).json;
  assert.deepEqual([rotated.DKIMRevokedHost, rotated.SafeToRemoveRevokedKeyFromDNS], [domain.DKIMPendingHost, false]);
  clock.set(new Date(clock.now().getTime() + 7 * 86_400_000));
  assert.equal((await call('GET', path)).json.SafeToRemoveRevokedKeyFromDNS, true);
});

test('the records to publish, with what the DNS says', async () => {
  const domain = await create('records.test', { ReturnPathDomain: 'rp.records.test' });
  publishPending(domain);
  await call('PUT', `/domains/${domain.ID}/verifyDkim`);
  const { json } = await call('GET', `/domains/${domain.ID}/dns-records`);
  assert.deepEqual([json.DomainID, json.Domain], [domain.ID, 'records.test']);
  assert.deepEqual(
    // biome-ignore lint/suspicious/noExplicitAny: the answer as it came.
    json.Records.map((record: any) => [record.Purpose, record.Type, record.Host, record.Required, record.State]),
    [
      ['DKIM', 'TXT', domain.DKIMPendingHost, true, 'Found'],
      ['DKIM', 'TXT', domain.DKIMEd25519PendingHost, false, 'Missing'],
      ['ReturnPath', 'CNAME', 'rp.records.test', true, 'NotChecked'],
      ['DMARC', 'TXT', '_dmarc.records.test', false, 'NotChecked'],
      ['SPF', 'TXT', 'records.test', false, 'NotChecked'],
      ['Tracking', 'CNAME', 'track.records.test', false, 'NotChecked'],
      ['Inbound', 'MX', 'inbound.records.test', false, 'NotChecked'],
    ],
  );
  assert.equal(json.Records[0].Value, domain.DKIMPendingTextValue);
});

const operations: readonly [string, string, object?][] = [
  ['GET', ''],
  ['PUT', '', { ReturnPathDomain: 'evil.mine.test' }],
  ['PUT', '/verifyDkim'],
  ['PUT', '/verifyReturnPath'],
  ['PUT', '/verifyCustomTracking'],
  ['POST', '/verifyspf'],
  ['POST', '/rotatedkim'],
  ['GET', '/dns-records'],
  ['DELETE', ''],
];

test('another account neither sees nor changes a domain, and nobody the installation’s own', async () => {
  const domain = await create('mine.test');
  const before = (await call('GET', `/domains/${domain.ID}`)).json;
  const [own] = await world.database.reads.query<{ id: number }>`
    insert into domains (account_id, name, created_at) values (null, 'mail.shop.test', now()) returning domain_id as id`;
  for (const [method, rest, body] of operations) {
    const stranger = await callAsOther(method, `/domains/${domain.ID}${rest}`, body);
    assert.deepEqual([stranger.status, stranger.json.ErrorCode], [422, 513], `${method} ${rest}`);
    assert.ok(!JSON.stringify(stranger.json).includes('mine.test'));
    for (const headers of [
      {},
      { 'X-Postmark-Account-Token': 'wrong' },
      { 'X-Postmark-Server-Token': world.server.token },
    ])
      assert.equal((await callWith(headers, method, `/domains/${domain.ID}${rest}`, body)).status, 401, method);
    for (const id of [own?.id, 999_999, 'x']) await refused(510, 422, method, `/domains/${id}${rest}`, body);
  }
  assert.equal((await callAsOther('GET', '/domains?count=10&offset=0')).json.TotalCount, 0);
  assert.deepEqual((await call('GET', `/domains/${domain.ID}`)).json, before);
  // Each account proves the same name by keys of its own.
  const theirs = (await callAsOther('POST', '/domains', { Name: 'mine.test' })).json;
  assert.notEqual(theirs.ID, domain.ID);
  assert.notEqual(theirs.DKIMPendingTextValue, domain.DKIMPendingTextValue);
});

test('a domain that is removed takes its keys and checks along', async () => {
  const domain = await create('removed.test');
  await call('PUT', `/domains/${domain.ID}/verifyDkim`);
  const { json } = await call('DELETE', `/domains/${domain.ID}`);
  assert.deepEqual(json, { ErrorCode: 0, Message: 'Domain removed.test removed.' });
  await refused(510, 422, 'DELETE', `/domains/${domain.ID}`);
  const left = await world.database.reads.query`
    select 1 from dkim_keys where domain_id = ${domain.ID} union all
    select 1 from domain_checks where domain_id = ${domain.ID}`;
  assert.equal(left.length, 0);
  assert.notEqual((await create('removed.test')).ID, domain.ID);
});
