import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { send } from '../../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import { addServer, testKeyRing, testWorld } from '../../../testing/test-world.ts';
import { deleteServer } from '../../servers/delete-server.ts';
import { findSmtpToken, isSecretKeyOf } from '../find-smtp-token.ts';

const world = await testWorld();
const { database: db, accountId, server } = world;
const other = await addServer(db.accept, accountId, 'Live');
const api = await startMessageApi(world);
after(() => api.close());

type Json = Record<string, unknown> & { ErrorCode?: number; Message?: string };
type Made = {
  ID: number;
  Name: string;
  MessageStream: string;
  AccessKey: string;
  CreatedAt: string;
  SecretKey: string;
};

async function call(method: string, path: string, body?: unknown, token = server.token) {
  const answer = await send(api.port, { method, path, body, headers: { 'X-Postmark-Server-Token': token } });
  return { status: answer.status, json: answer.json as Json };
}

async function make(streamId = 'outbound', token = server.token): Promise<Made> {
  const { status, json } = await call('POST', `/message-streams/${streamId}/smtp-tokens`, { Name: 'Printer' }, token);
  assert.equal(status, 200, JSON.stringify(json));
  return json as unknown as Made;
}

async function refused(code: number, method: string, path: string, body?: unknown, token?: string): Promise<void> {
  const { status, json } = await call(method, path, body, token);
  assert.deepEqual([status, json.ErrorCode], [422, code], `${method} ${path} ${JSON.stringify(body)} ${json.Message}`);
}

test('a token is shown with its secret key once, then without, and the database holds neither in clear text', async () => {
  const made = await make('broadcast');
  assert.deepEqual(Object.keys(made), ['ID', 'Name', 'MessageStream', 'AccessKey', 'CreatedAt', 'SecretKey']);
  assert.match(made.AccessKey, /^PM-B-broadcast-[\w-]{20}$/);
  assert.match(made.SecretKey, /^[\w-]{32}$/);
  const { SecretKey, ...shown } = made;
  assert.deepEqual((await call('GET', '/message-streams/broadcast/smtp-tokens')).json, {
    TotalCount: 1,
    SmtpTokens: [shown],
  });
  const [row] = await db.reads.query<{ text: string }>`
    select t::text as text from smtp_tokens t where smtp_token_id = ${made.ID}`;
  for (const key of [made.AccessKey, SecretKey])
    assert.ok(row && !row.text.includes(Buffer.from(key).toString('hex')) && !row.text.includes(key));
});

test('submission finds server and stream by the access key, and knows the secret key', async () => {
  const made = await make();
  const found = await findSmtpToken(db.reads, made.AccessKey);
  assert.ok(found);
  assert.deepEqual(
    [found.smtpTokenId, found.streamId, found.server.serverId, found.server.smtpApiActivated],
    [made.ID, 'outbound', server.serverId, true],
  );
  assert.equal(isSecretKeyOf(found, made.SecretKey), true);
  assert.equal(isSecretKeyOf(found, `${made.SecretKey}x`), false);
  assert.equal(testKeyRing.decrypt(found.secretKeyEncrypted).toString(), made.SecretKey);
  for (const wrong of ['', made.AccessKey.toUpperCase(), made.SecretKey, server.token])
    assert.equal(await findSmtpToken(db.reads, wrong), undefined);
});

test('a deleted token opens nothing; one of another stream or server is not there', async () => {
  const made = await make();
  await refused(1451, 'DELETE', `/message-streams/broadcast/smtp-tokens/${made.ID}`);
  await refused(1451, 'DELETE', `/message-streams/outbound/smtp-tokens/${made.ID}`, undefined, other.token);
  await refused(1451, 'DELETE', '/message-streams/outbound/smtp-tokens/nonsense');
  assert.ok(await findSmtpToken(db.reads, made.AccessKey));
  const { json } = await call('DELETE', `/message-streams/outbound/smtp-tokens/${made.ID}`);
  assert.deepEqual(json, { ErrorCode: 0, Message: 'SMTP token Printer removed.' });
  assert.equal(await findSmtpToken(db.reads, made.AccessKey), undefined);
  await refused(1451, 'DELETE', `/message-streams/outbound/smtp-tokens/${made.ID}`);
  assert.equal((await call('GET', '/message-streams/outbound/smtp-tokens', undefined, other.token)).json.TotalCount, 0);
});

test('the tokens of a deleted server open nothing', async () => {
  const doomed = await addServer(db.accept, accountId, 'Live');
  const made = await make('outbound', doomed.token);
  await db.accept.transaction(tx => deleteServer(tx, accountId, doomed.serverId, new Date()));
  assert.equal(await findSmtpToken(db.reads, made.AccessKey), undefined);
});

test('each mistake has its code', async () => {
  const path = '/message-streams/outbound/smtp-tokens';
  for (const body of [undefined, {}, { Nonsense: 1 }, { Name: null }]) await refused(1452, 'POST', path, body);
  for (const Name of ['', ' ', 'x'.repeat(101)]) await refused(1456, 'POST', path, { Name });
  await refused(403, 'POST', path, { Name: 5 });
  await refused(1455, 'POST', path, { Name: 'A', ServerID: other.serverId });
  await refused(1454, 'POST', path, { Name: 'A', MessageStream: 'broadcast' });
  for (const [method, end, body] of [
    ['GET', ''],
    ['POST', '', { Name: 'A' }],
    ['DELETE', '/1'],
  ] as const)
    await refused(1454, method, `/message-streams/nowhere/smtp-tokens${end}`, body);
  await refused(1457, 'POST', '/message-streams/inbound/smtp-tokens', { Name: 'A' });
  const same = { name: 'A', serverId: String(other.serverId), messageStream: 'outbound' };
  assert.equal((await call('POST', path, same, other.token)).status, 200);
});

test('a stream has ten tokens at most; an archived one, and a server without SMTP, get none', async () => {
  const { token } = await addServer(db.accept, accountId, 'Live');
  const path = '/message-streams/broadcast/smtp-tokens';
  const racing = await Promise.all(
    Array.from({ length: 12 }, (_, number) => call('POST', path, { Name: `Token ${number}` }, token)),
  );
  assert.deepEqual(
    racing.map(({ json }) => json.ErrorCode ?? 0).toSorted((a, b) => a - b),
    [...Array(10).fill(0), 1458, 1458],
  );
  await call('POST', '/message-streams/broadcast/archive', {}, token);
  await refused(1459, 'POST', path, { Name: 'A' }, token);
  await call('PUT', '/server', { SmtpApiActivated: false }, token);
  await refused(1460, 'POST', '/message-streams/outbound/smtp-tokens', { Name: 'A' }, token);
});

test('an unknown token, and the test token, see nothing', async () => {
  for (const token of ['nobody', 'POSTMARK_API_TEST'])
    assert.equal((await call('GET', '/message-streams/outbound/smtp-tokens', undefined, token)).status, 401);
});
