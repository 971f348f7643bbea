import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { echoEndpoints } from './testing/echo-endpoints.ts';
import { accountToken, send, serverToken, startTestApi, type TestApi } from './testing/test-api.ts';

let api: TestApi;
before(async () => {
  api = await startTestApi(echoEndpoints);
});
after(() => api.close());

const noServerToken = { ErrorCode: 10, Message: 'Request does not contain a valid Server token.' };
const noAccountToken = { ErrorCode: 10, Message: 'Request does not contain a valid Account token.' };

async function call(method: string, path: string, headers: Record<string, string>) {
  const answer = await send(api.port, { method, path, headers: { 'X-Postmark-None-Token': '', ...headers } });
  return { status: answer.status, json: answer.json, code: answer.headers['x-pm-apierrorcode'] };
}

test('a server call without a token, or with an unknown one, is refused with 401 and code 10', async () => {
  const refused = { status: 401, json: noServerToken, code: '10' };
  assert.deepEqual(await call('POST', '/email', {}), refused);
  assert.deepEqual(await call('POST', '/email', { 'X-Postmark-Server-Token': 'unknown' }), refused);
  assert.deepEqual(await call('POST', '/email', { 'X-Postmark-Server-Token': '' }), refused);
  assert.deepEqual(await call('POST', '/email', { 'X-Postmark-Server-Token': 'a'.repeat(5000) }), refused);
});

test('a token of the wrong kind opens nothing', async () => {
  assert.deepEqual((await call('POST', '/email', { 'X-Postmark-Account-Token': accountToken })).json, noServerToken);
  assert.deepEqual((await call('POST', '/email', { 'X-Postmark-Server-Token': accountToken })).json, noServerToken);
  assert.deepEqual((await call('POST', '/domains', { 'X-Postmark-Server-Token': serverToken })).json, noAccountToken);
  assert.deepEqual((await call('POST', '/domains', { 'X-Postmark-Account-Token': serverToken })).json, noAccountToken);
});

test('a server call with both tokens is told to leave the account token out', async () => {
  const both = { 'X-Postmark-Server-Token': serverToken, 'X-Postmark-Account-Token': accountToken };
  assert.deepEqual(await call('POST', '/email', both), {
    status: 401,
    json: { ErrorCode: 10, Message: 'Please do not include Account API Token for Server API Token calls.' },
    code: '10',
  });
});

test('header name and token are matched in any case, with spaces around the token', async () => {
  const answer = await call('POST', '/email', { 'x-postmark-SERVER-token': `  ${serverToken.toUpperCase()} ` });
  assert.equal((answer.json as { ServerId: number }).ServerId, 1);
  const account = await call('POST', '/domains', { 'X-POSTMARK-ACCOUNT-TOKEN': accountToken.toUpperCase() });
  assert.equal((account.json as { AccountId: number }).AccountId, 1);
});

test('the test token is welcome only where an endpoint says so', async () => {
  for (const token of ['POSTMARK_API_TEST', 'postmark_api_test']) {
    const sending = await call('POST', '/email', { 'X-Postmark-Server-Token': token });
    assert.equal((sending.json as { IsTest: boolean }).IsTest, true);
    const reading = await call('GET', '/messages/outbound', { 'X-Postmark-Server-Token': token });
    assert.deepEqual(reading.json, noServerToken);
  }
});

test('an endpoint for everyone asks for no token', async () => {
  assert.equal((await call('GET', '/open', {})).status, 200);
});

test('the token is checked before anything else about the request', async () => {
  const answer = await send(api.port, {
    method: 'POST',
    path: '/email',
    headers: { 'X-Postmark-Server-Token': 'unknown', Accept: 'text/html', 'Content-Type': 'text/plain' },
    body: 'x'.repeat(200_000),
  });
  assert.equal(answer.status, 401);
});
