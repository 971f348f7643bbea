import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { DatabaseUnavailable } from '@pennyblack/runtime/database/database.ts';
import { Type } from 'typebox';
import { Refusal } from '../../refusals.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { echoEndpoints } from './testing/echo-endpoints.ts';
import { type Sent, send, serverToken, startTestApi, type TestApi } from './testing/test-api.ts';

function answering(path: string, handle: Endpoint['handle']): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path,
    token: 'server',
    summary: '',
    group: 'Tests',
    response: Type.Unknown(),
    handle,
  });
}

const endpoints = [
  ...echoEndpoints,
  answering('/large', async () => ({ Text: 'é'.repeat(5000) })),
  answering('/refused', async () => {
    throw new Refusal('several_errors', undefined, { Errors: { From: [] } });
  }),
  answering('/broken', async () => {
    throw Object.assign(new Error('secret detail'), { detail: 'Key (address)=(ana@buyer.test) exists' });
  }),
  answering('/away', async () => {
    throw new DatabaseUnavailable('connect ECONNREFUSED');
  }),
];

let api: TestApi;
before(async () => {
  api = await startTestApi(endpoints);
});
after(() => api.close());

type Echo = { Body: unknown; BodyLength: number; Query: unknown; Path: Record<string, string>; ClientAddress: string };

async function echo(sent: Sent): Promise<Echo> {
  const answer = await send(api.port, sent);
  assert.equal(answer.status, 200, answer.bytes.toString());
  return answer.json as Echo;
}

async function statusAndCode(sent: Sent): Promise<[number, number]> {
  const answer = await send(api.port, sent);
  const { ErrorCode, Message } = answer.json as { ErrorCode: number; Message: string };
  assert.equal(answer.headers['x-pm-apierrorcode'], String(ErrorCode));
  assert.ok(Message.length > 10);
  return [answer.status, ErrorCode];
}

const post = (body: unknown, headers: Record<string, string> = {}): Sent => ({
  method: 'POST',
  path: '/email',
  body,
  headers,
});
const json = { 'Content-Type': 'application/json' };

test('paths are matched in any case and with a trailing slash, and their variable parts keep their case', async () => {
  for (const path of [
    '/messages/outbound/AbC/details',
    '/Messages/OutBound/AbC/Details/',
    '/MESSAGES/OUTBOUND/AbC/DETAILS?count=1',
  ])
    assert.deepEqual((await echo({ path })).Path, { messageid: 'AbC' });
  assert.deepEqual((await echo({ path: '/messages/outbound/a%40b%2Fc/details' })).Path, { messageid: 'a@b/c' });
});

test('query names and booleans are read in any case', async () => {
  const read = await echo({ path: '/messages/outbound/?FromDate=2024-01-31&ACTIVE=True&tag=' });
  assert.deepEqual(read.Query, { fromdate: '2024-01-31', active: true });
});

test('body names are read in any case, and the length is that of the bytes', async () => {
  const read = await echo(post('{"from":"é","HTMLBody":null,"x":1}', json));
  assert.deepEqual([read.Body, read.BodyLength], [{ From: 'é' }, 35]);
});

test('calls without a body are taken in every form that a client sends', async () => {
  const calls = [
    { method: 'PUT', path: '/bounces/7/activate' },
    { method: 'DELETE', path: '/bounces/7' },
    post(undefined),
  ];
  for (const call of calls) {
    const forms: Partial<Sent>[] = [
      {},
      { headers: json },
      { headers: { ...json, 'Content-Length': '0' } },
      { headers: { 'Content-Type': 'text/plain', 'Content-Length': '0' } },
      { headers: { 'Content-Type': 'nonsense' } },
      { headers: { ...json, 'Content-Length': '4' }, body: 'null' },
      { headers: { ...json, 'Content-Length': '2' }, body: '{}' },
      { headers: { ...json, 'Transfer-Encoding': 'chunked' } },
      { headers: { 'Transfer-Encoding': 'chunked' } },
    ];
    for (const form of forms)
      assert.deepEqual((await echo({ ...call, ...form } as Sent)).Body, {}, JSON.stringify(form));
  }
});

test('a GET with a body of null is answered as one without', async () => {
  const headers = { ...json, 'Content-Length': '4' };
  assert.deepEqual((await echo({ path: '/messages/outbound', headers, body: 'null' })).Query, {});
});

test('content types of JSON are taken with any charset that is UTF-8', async () => {
  const types = [
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
    'text/json',
    'application/vnd.api+json',
  ];
  for (const type of types)
    assert.deepEqual((await echo(post('{"From":"a"}', { 'Content-Type': type }))).Body, { From: 'a' });
});

test('a body of another type, or of none, is refused with 415', async () => {
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
    'nonsense',
    'application/json; charset=utf-16',
  ];
  for (const type of types)
    assert.deepEqual(await statusAndCode(post('{}', { 'Content-Type': type })), [415, 409], type);
  assert.deepEqual(await statusAndCode(post('{}')), [415, 409]);
  assert.deepEqual(await statusAndCode(post('{}', { 'Transfer-Encoding': 'chunked' })), [415, 409]);
  assert.deepEqual(await statusAndCode(post('{}', { ...json, 'Content-Encoding': 'gzip' })), [415, 409]);
});

test('an Accept header must admit JSON; a missing one does', async () => {
  for (const accept of ['application/json', '*/*', 'application/*', 'text/html,*/*;q=0.8', 'text/html, *; q=.2'])
    assert.equal((await send(api.port, { path: '/open', headers: { Accept: accept } })).status, 200, accept);
  assert.deepEqual(await statusAndCode({ path: '/open', headers: { Accept: 'application/xml' } }), [415, 409]);
  assert.deepEqual(await statusAndCode({ path: '/open', headers: { Accept: 'application/json;q=0' } }), [415, 409]);
});

test('a body beyond the limit of its endpoint is refused with 413, announced or not', async () => {
  const large = JSON.stringify({ HtmlBody: 'x'.repeat(100_000) });
  assert.deepEqual(await statusAndCode(post(large, json)), [413, 300]);
  assert.deepEqual(await statusAndCode(post(large, { ...json, 'Transfer-Encoding': 'chunked' })), [413, 300]);
  assert.equal((await send(api.port, { ...post(large, json), path: '/email/batch' })).status, 422);
});

test('a caller that announces 20 GB is refused before it has sent them', async () => {
  const socket = net.connect(api.port, '127.0.0.1');
  socket.write(
    `POST /email HTTP/1.1\r\nHost: x\r\nX-Postmark-Server-Token: ${serverToken}\r\n` +
      'Content-Type: application/json\r\nContent-Length: 20000000000\r\n\r\n{"From":',
  );
  const [answer] = (await new Promise<Buffer[]>(resolve => socket.once('data', (...data) => resolve(data)))).map(
    String,
  );
  socket.destroy();
  assert.match(answer ?? '', /^HTTP\/1\.1 413 /);
});

test('bad JSON is 402 and wrong types are 403, with every wrong field by its place', async () => {
  assert.deepEqual(await statusAndCode(post('{"From":', json)), [422, 402]);
  const answer = await send(api.port, { ...post([{ From: 1 }, { Metadata: [] }]), path: '/email/batch' });
  assert.equal(answer.status, 422);
  assert.deepEqual(answer.json, { ErrorCode: 403, Message: 'Invalid request field(s): $[0].From, $[1].Metadata' });
});

test('an unknown path is a 404 and a known path with another method a 405, both in JSON', async () => {
  assert.deepEqual(await statusAndCode({ path: '/nowhere' }), [404, 12]);
  assert.deepEqual(
    await statusAndCode({ method: 'POST', path: '/nowhere', body: '{broken', headers: json }),
    [404, 12],
  );
  assert.deepEqual(await statusAndCode({ path: '/email%zz' }), [404, 12]);
  assert.deepEqual(await statusAndCode({ path: '/messages/outbound/%00/details' }), [404, 12]);
  assert.deepEqual(await statusAndCode({ method: 'PUT', path: '/Bounces/7/' }), [405, 12]);
  assert.equal((await send(api.port, { method: 'PUT', path: '/bounces/7' })).headers.allow, 'DELETE');
});

test('every answer has the headers that clients read, and an id of its own', async () => {
  const ids = new Set<unknown>();
  for (const path of ['/open', '/nowhere', '/large', '/broken', '/email%zz']) {
    const { headers } = await send(api.port, { path, headers: { 'X-Request-Id': 'chosen by the caller' } });
    assert.equal(headers['content-type'], 'application/json; charset=utf-8');
    assert.equal(headers['cache-control'], 'private');
    assert.match(String(headers['x-request-id']), /^[0-9a-f-]{36}$/);
    ids.add(headers['x-request-id']);
  }
  assert.equal(ids.size, 5);
});

test('large answers are compressed when asked for', async () => {
  const compressed = await send(api.port, { path: '/large', headers: { 'Accept-Encoding': 'gzip, deflate' } });
  assert.equal(compressed.headers['content-encoding'], 'gzip');
  assert.deepEqual(JSON.parse(gunzipSync(compressed.bytes).toString()), { Text: 'é'.repeat(5000) });
  for (const encoding of ['identity', 'gzip;q=0', 'br'])
    assert.deepEqual((await send(api.port, { path: '/large', headers: { 'Accept-Encoding': encoding } })).json, {
      Text: 'é'.repeat(5000),
    });
  const small = await send(api.port, { path: '/open', headers: { 'Accept-Encoding': 'gzip' } });
  assert.equal(small.headers['content-encoding'], undefined);
});

test('a refusal carries its code, its text and its further fields', async () => {
  const answer = await send(api.port, { path: '/refused' });
  assert.equal(answer.status, 422);
  assert.deepEqual(Object.keys(answer.json as object), ['ErrorCode', 'Message', 'Errors']);
});

test('an unexpected error tells the caller only an id, under which the log has the stack', async () => {
  const answer = await send(api.port, { path: '/broken' });
  const { ErrorCode, Message } = answer.json as { ErrorCode: number; Message: string };
  assert.deepEqual([answer.status, ErrorCode], [500, 101]);
  const id = String(answer.headers['x-request-id']);
  assert.ok(Message.includes(id));
  assert.doesNotMatch(answer.bytes.toString(), /secret/);
  const line = api.logLines.find(candidate => candidate.errorId === id);
  assert.match(String(line?.stack), /secret detail[\s\S]*http-api\.test\.ts/);
  assert.doesNotMatch(JSON.stringify(line), /ana@buyer/);
});

test('while the database is away the answer is 503, with a time to try again', async () => {
  const answer = await send(api.port, { path: '/away' });
  assert.deepEqual([answer.status, (answer.json as { ErrorCode: number }).ErrorCode], [503, 100]);
  assert.match(String(answer.headers['retry-after']), /^\d+$/);
});

test('the log has one line per request, with ids and the route but nothing of what was sent', async () => {
  const path = '/messages/outbound/ana@buyer.test/details?tag=hidden';
  const id = (await send(api.port, { path })).headers['x-request-id'];
  // The line is written when the answer has left, which may be after it has arrived here.
  while (!api.logLines.some(line => line.requestId === id)) await new Promise(resolve => setImmediate(resolve));
  const lines = api.logLines.filter(line => line.requestId === id);
  assert.equal(lines.length, 1);
  const { method, route, status, serverId } = lines[0] as Record<string, unknown>;
  assert.deepEqual([method, route, status, serverId], ['GET', '/messages/outbound/:messageid/details', 200, 1]);
  assert.doesNotMatch(JSON.stringify(lines), /buyer|hidden|1111-aaaa/);
});

test('what is no HTTP is answered in the shape of an error', async () => {
  const socket = net.connect(api.port, '127.0.0.1');
  socket.write('EHLO mail.example.com\r\n\r\n');
  const answer = String(await new Promise(resolve => socket.once('data', resolve)));
  socket.destroy();
  assert.match(answer, /^HTTP\/1\.1 400 [\s\S]*"ErrorCode":402/);
});

test('X-Forwarded-For counts only when it comes from a trusted proxy', async t => {
  const headers = { 'X-Forwarded-For': '203.0.113.9, 198.51.100.7' };
  assert.equal((await echo({ path: '/open', headers })).ClientAddress, '127.0.0.1');
  const behindProxy = await startTestApi(echoEndpoints, { trustedProxies: ['127.0.0.0/8', '198.51.100.7'] });
  t.after(behindProxy.close);
  assert.equal(((await send(behindProxy.port, { path: '/open', headers })).json as Echo).ClientAddress, '203.0.113.9');
});
