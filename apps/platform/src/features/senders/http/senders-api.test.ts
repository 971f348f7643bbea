// The endpoints of sender signatures over HTTP, and the page behind the link of a confirmation mail.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { domainEndpoints } from '../../../endpoints/domains.ts';
import { startAccountApi } from '../../../testing/test-account-api.ts';
import { testDomainDeps, testKeyRing, testWorld } from '../../../testing/test-world.ts';
import { vouchForDomain } from '../../domains/add-domain.ts';
import { confirmationKeyPurpose, makeConfirmationToken } from '../confirmation-link.ts';
import { findSenderStanding } from '../find-sender-standing.ts';
import { confirmationPages } from './confirmation-pages.ts';

const world = await testWorld();
const { database: db, accountId, heard } = world;
const keys = testKeyRing.deriveKeys(confirmationKeyPurpose);
const endpoints = domainEndpoints({ domains: testDomainDeps(world), directoryChanged: () => {} });
const { api, call, callAsOther, callWith, clock } = await startAccountApi(
  world,
  endpoints,
  confirmationPages({ db: db.reads, keys, now: () => clock.now() }),
);
after(api.close);

const create = async (email: string, more: object = {}) =>
  (await call('POST', '/senders', { FromEmail: email, Name: 'Desk', ...more })).json;

async function refused(code: number, status: number, ...request: Parameters<typeof call>): Promise<void> {
  const { json, ...answer } = await call(...request);
  assert.deepEqual([answer.status, json.ErrorCode], [status, code], `${request.join(' ')}: ${JSON.stringify(json)}`);
}

test('what cannot be a signature: 500, 502, 503, 520, 521, 522, 403', async () => {
  await refused(500, 422, 'GET', '/senders');
  await refused(500, 422, 'GET', '/senders?count=0&offset=0');
  await refused(502, 422, 'POST', '/senders');
  const good = { FromEmail: 'desk@shop.test', Name: 'Desk' };
  for (const body of [
    {},
    { Name: 'Desk' },
    { FromEmail: good.FromEmail },
    { ...good, FromEmail: null },
    { ...good, Name: ' ' },
  ])
    await refused(520, 422, 'POST', '/senders', body);
  for (const change of [
    { FromEmail: `${'a'.repeat(250)}@shop.test` },
    { Name: 'x'.repeat(256) },
    { ReplyToEmail: `${'a'.repeat(250)}@shop.test` },
    { ConfirmationPersonalNote: 'x'.repeat(401) },
  ])
    await refused(521, 422, 'POST', '/senders', { ...good, ...change });
  for (const change of [
    { FromEmail: 'nonsense' },
    { FromEmail: 'a@b' },
    { FromEmail: 'Desk <desk@shop.test>' },
    { FromEmail: 'desk@example.com' },
    { Name: 'De\r\nBcc: sk' },
    { ReplyToEmail: 'nonsense' },
    { ReturnPathDomain: 'rp.other.test' },
  ])
    await refused(522, 422, 'POST', '/senders', { ...good, ...change });
  await refused(503, 422, 'POST', '/senders', { ...good, FromEmail: 'somebody@gmail.com' });
  await refused(403, 422, 'POST', '/senders', { ...good, Name: 7 });
  assert.equal((await call('GET', '/senders?count=1&offset=0')).json.TotalCount, 0);
});

test('a signature brings its domain, asks its owner, and stands once in any case: 504', async () => {
  heard.length = 0;
  const signature = await create('Desk@Shop.test', {
    ReplyToEmail: null,
    ReturnPathDomain: 'rp.shop.test',
    ConfirmationPersonalNote: 'x'.repeat(400),
  });
  assert.deepEqual(
    [signature.Domain, signature.EmailAddress, signature.ReplyToEmailAddress, signature.Confirmed],
    ['shop.test', 'Desk@shop.test', '', false],
  );
  assert.equal(signature.ReturnPathDomain, 'rp.shop.test');
  assert.deepEqual(
    heard.map(event => [event.kind, event.details]),
    [['sender_confirmation_wanted', { senderId: signature.ID, accountId }]],
  );
  const domains = (await call('GET', '/domains?count=10&offset=0')).json.Domains;
  assert.deepEqual(
    domains.map((domain: { Name: string }) => domain.Name),
    ['shop.test'],
  );
  await refused(504, 422, 'POST', '/senders', { FromEmail: 'DESK@SHOP.test', Name: 'Again' });
  const twice = await Promise.all([create('race@shop.test'), create('race@shop.test')]);
  assert.deepEqual(twice.map(answer => answer.ErrorCode).sort(), [504, undefined]);
});

test('edit: a name is required, absent stays, null clears, the address stays', async () => {
  const { ID } = await create('edit@edit.test', { ReplyToEmail: 'reply@edit.test', ConfirmationPersonalNote: 'note' });
  const path = `/senders/${ID}`;
  await refused(502, 422, 'PUT', path);
  await refused(502, 422, 'PUT', path, { FromEmail: 'new@edit.test' });
  await refused(520, 422, 'PUT', path, { ReplyToEmail: 'other@edit.test' });
  await refused(521, 422, 'PUT', path, { Name: 'x', ConfirmationPersonalNote: 'x'.repeat(401) });
  await refused(522, 422, 'PUT', path, { Name: 'x', ReturnPathDomain: 'edit.test' });
  const kept = (await call('PUT', path, { Name: 'New', FromEmail: 'new@edit.test' })).json;
  assert.deepEqual(
    [kept.Name, kept.EmailAddress, kept.ReplyToEmailAddress, kept.ConfirmationPersonalNote],
    ['New', 'edit@edit.test', 'reply@edit.test', 'note'],
  );
  const cleared = (await call('PUT', path, { Name: 'New', ReplyToEmail: null, ConfirmationPersonalNote: '' })).json;
  assert.deepEqual([cleared.ReplyToEmailAddress, cleared.ConfirmationPersonalNote], ['', '']);
  const moved = (await call('PUT', path, { Name: 'New', ReturnPathDomain: 'rp.edit.test' })).json;
  assert.equal(moved.ReturnPathDomain, 'rp.edit.test');
  // It belongs to the whole domain, and some clients send null for what they do not name.
  const untouched = (await call('PUT', path, { Name: 'New', ReturnPathDomain: null })).json;
  assert.equal(untouched.ReturnPathDomain, 'rp.edit.test');
  assert.equal((await call('PUT', path, { Name: 'New', ReturnPathDomain: '' })).json.ReturnPathDomain, '');
});

test('a verified domain speaks for its addresses: nobody is asked, and 506 says so; without it they stand by themselves', async () => {
  heard.length = 0;
  const domain = (await call('POST', '/domains', { Name: 'whole.test' })).json;
  await db.accept.transaction(tx => vouchForDomain(tx, domain.ID, clock.now()));
  const signature = await create('anna@whole.test');
  assert.deepEqual([signature.Confirmed, signature.DKIMVerified], [true, true]);
  assert.equal(heard.length, 0);
  await refused(506, 422, 'POST', `/senders/${signature.ID}/resend`);
  assert.equal((await call('POST', `/senders/${signature.ID}/requestnewdkim`)).json.ErrorCode, 0);
  await refused(505, 422, 'POST', `/senders/${signature.ID}/requestNewDkim`);

  await call('DELETE', `/domains/${domain.ID}`);
  const alone = (await call('GET', `/senders/${signature.ID}`)).json;
  assert.deepEqual([alone.Confirmed, alone.DKIMPendingHost, alone.DKIMUpdateStatus], [false, '', 'Pending']);
  await refused(501, 500, 'POST', `/senders/${signature.ID}/requestnewdkim`);
  assert.equal((await call('POST', `/senders/${signature.ID}/verifyspf`)).json.SPFVerified, false);
  assert.equal((await call('POST', `/senders/${signature.ID}/resend`)).json.ErrorCode, 0);
  assert.deepEqual(
    heard.map(event => event.kind),
    ['sender_confirmation_wanted'],
  );
});

const operations: readonly [string, string, object?][] = [
  ['GET', ''],
  ['PUT', '', { Name: 'Evil' }],
  ['POST', '/resend'],
  ['POST', '/verifyspf'],
  ['POST', '/requestnewdkim'],
  ['DELETE', ''],
];

test('another account neither sees nor changes a signature: 507; an unknown one is 501', async () => {
  const { ID } = await create('mine@mine.test');
  const before = (await call('GET', `/senders/${ID}`)).json;
  heard.length = 0;
  for (const [method, rest, body] of operations) {
    const stranger = await callAsOther(method, `/senders/${ID}${rest}`, body);
    assert.deepEqual([stranger.status, stranger.json.ErrorCode], [422, 507], `${method} ${rest}`);
    assert.ok(!JSON.stringify(stranger.json).includes('mine.test'));
    for (const headers of [{}, { 'X-Postmark-Account-Token': 'no' }, { 'X-Postmark-Server-Token': world.server.token }])
      assert.equal((await callWith(headers, method, `/senders/${ID}${rest}`, body)).status, 401, method);
    for (const id of [999_999, 'x']) await refused(501, 404, method, `/senders/${id}${rest}`, body);
  }
  assert.equal((await callAsOther('GET', '/senders?count=10&offset=0')).json.TotalCount, 0);
  assert.deepEqual((await call('GET', `/senders/${ID}`)).json, before);
  assert.deepEqual(heard, []);
  assert.equal((await callAsOther('POST', '/senders', { FromEmail: 'mine@mine.test', Name: 'Too' })).status, 200);
  const { json } = await call('DELETE', `/senders/${ID}`);
  assert.deepEqual(json, { ErrorCode: 0, Message: 'Signature mine@mine.test removed.' });
});

const page = async (method: string, token: string) => {
  const { received } = await callWith({}, method, `/confirm-sender/${token}`);
  return { status: received.status, text: received.bytes.toString('utf8'), headers: received.headers };
};
const standing = (address: string) =>
  findSenderStanding(db.reads, accountId, { address, domain: address.slice(address.indexOf('@') + 1) });
const linkFor = (signature: { ID: number; EmailAddress: string }) =>
  makeConfirmationToken(keys[0], { senderId: signature.ID, emailAddress: signature.EmailAddress }, clock.now());

test('the page: opening it changes nothing, its button confirms, and afterwards it says so', async () => {
  const signature = await create("o'neill&co@pages.test");
  const token = linkFor(signature);
  for (let visit = 0; visit < 3; visit += 1) {
    const opened = await page('GET', token);
    assert.equal(opened.status, 200);
    assert.match(opened.text, /<form method="post"><button/);
    assert.match(opened.text, /o&#39;neill&amp;co@pages\.test/);
    assert.doesNotMatch(opened.text, /<script/i);
    assert.equal(opened.headers['cache-control'], 'no-store');
    assert.equal(opened.headers['referrer-policy'], 'no-referrer');
    assert.match(String(opened.headers['content-security-policy']), /default-src 'none'.*frame-ancestors 'none'/);
  }
  assert.equal((await page('HEAD', token)).status, 200);
  assert.equal(await standing(signature.EmailAddress), 'unconfirmed_signature');
  assert.match((await page('POST', token)).text, /is confirmed and may send/);
  assert.equal(await standing(signature.EmailAddress), 'confirmed_signature');
  for (const method of ['GET', 'POST']) assert.match((await page(method, token)).text, /was used already/);
  await refused(506, 422, 'POST', `/senders/${signature.ID}/resend`);
});

test('links that were forged, have expired or whose signature is gone confirm nothing, and reflect nothing', async () => {
  const signature = await create('safe@pages.test');
  const token = linkFor(signature);
  const other = await create('victim@pages.test');
  const [, expiry = '', mac = ''] = token.split('-');
  const forged = [
    'x',
    '<script>alert(1)</script>',
    `${token}x`,
    token.toUpperCase(),
    `${other.ID.toString(36)}-${expiry}-${token.slice(token.length - 22)}`,
    `${signature.ID.toString(36)}-zzzzzzz-${mac}`,
    makeConfirmationToken(
      Buffer.alloc(32, 1),
      { senderId: signature.ID, emailAddress: 'safe@pages.test' },
      clock.now(),
    ),
  ];
  for (const text of forged) {
    for (const method of ['GET', 'POST']) {
      const answer = await page(method, encodeURIComponent(text));
      assert.equal(answer.status, 404, text);
      assert.ok(!answer.text.includes('alert(1)') && !answer.text.includes('@pages.test'), text);
    }
  }
  const start = clock.now();
  clock.set(new Date(start.getTime() + 7 * 86_400_000));
  for (const method of ['GET', 'POST']) {
    const expired = await page(method, token);
    assert.deepEqual([expired.status, /expired/.test(expired.text)], [410, true]);
  }
  clock.set(start);
  assert.equal(await standing('safe@pages.test'), 'unconfirmed_signature');
  assert.equal(await standing('victim@pages.test'), 'unconfirmed_signature');
  await call('DELETE', `/senders/${signature.ID}`);
  assert.equal((await page('POST', token)).status, 404);
});
