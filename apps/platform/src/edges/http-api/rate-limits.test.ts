import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { AccountClient, Errors, ServerClient } from 'postmark';
import type { RateSettings } from './rate-limits.ts';
import { echoEndpoints } from './testing/echo-endpoints.ts';
import { accountToken, otherServerToken, send, serverToken, startTestApi } from './testing/test-api.ts';

const twoASecond = { quota: 2, windowInSeconds: 1 };
const noRates: RateSettings = { server: undefined, account: undefined };

/** Its clock stands still until `wait` moves it. */
async function startLimited(t: TestContext, rateLimits: Partial<RateSettings>, trustedProxies: string[] = []) {
  let milliseconds = 0;
  const api = await startTestApi(echoEndpoints, {
    rateLimits: { ...noRates, ...rateLimits },
    millisecondsNow: () => milliseconds,
    trustedProxies,
  });
  t.after(api.close);
  const ask = (headers: Record<string, string> = {}) => send(api.port, { path: '/messages/outbound', headers });
  const wait = (duration: number) => {
    milliseconds += duration;
  };
  return { port: api.port, ask, wait };
}

const ofLimit = ['ratelimit-policy', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset', 'retry-after'];

test('a token that calls too often gets 429 with the time to wait, and others are not held up', async t => {
  const { ask, wait } = await startLimited(t, { server: twoASecond });
  const first = await ask();
  assert.equal(first.status, 200);
  assert.deepEqual(
    ofLimit.map(name => first.headers[name]),
    ['2;w=1', '2', '1', '1', undefined],
  );
  assert.equal((await ask()).status, 200);

  const refused = await ask();
  assert.equal(refused.status, 429);
  assert.deepEqual(refused.json, {
    ErrorCode: 429,
    Message: 'Too many requests. Please wait a moment and try again.',
  });
  assert.equal(refused.headers['x-pm-apierrorcode'], '429');
  assert.deepEqual(
    ofLimit.map(name => refused.headers[name]),
    ['2;w=1', '2', '0', '1', '1'],
  );
  assert.equal((await ask({ 'X-Postmark-Server-Token': otherServerToken })).status, 200);

  wait(499);
  assert.equal((await ask()).status, 429);
  wait(1);
  assert.equal((await ask()).status, 200);
  assert.equal((await ask()).status, 429);
});

test('whoever waits as long as Retry-After says gets through', async t => {
  const { ask, wait } = await startLimited(t, { server: { quota: 3, windowInSeconds: 3600 } });
  for (let call = 0; call < 3; call += 1) assert.equal((await ask()).status, 200);
  const refused = await ask();
  assert.deepEqual([refused.status, refused.headers['retry-after']], [429, '1200']);
  wait(Number(refused.headers['retry-after']) * 1000);
  assert.equal((await ask()).status, 200);
});

test('server tokens and account tokens have limits of their own', async t => {
  const { port } = await startLimited(t, { account: { quota: 1, windowInSeconds: 60 } });
  const calls = [serverToken, serverToken, serverToken].map(token =>
    send(port, { path: '/messages/outbound', headers: { 'X-Postmark-Server-Token': token } }),
  );
  for (const answer of await Promise.all(calls)) {
    assert.equal(answer.status, 200);
    assert.deepEqual(
      ofLimit.filter(name => name in answer.headers),
      [],
    );
  }
  const createDomain = () =>
    send(port, { method: 'POST', path: '/domains', headers: { 'X-Postmark-Account-Token': accountToken }, body: {} });
  assert.deepEqual([(await createDomain()).status, (await createDomain()).status], [200, 429]);
});

test('a call without a token, or with a wrong one, counts for nobody and is answered as ever', async t => {
  const { port, ask } = await startLimited(t, { server: twoASecond });
  for (let call = 0; call < 5; call += 1) {
    const wrong = await ask({ 'X-Postmark-Server-Token': 'wrong' });
    assert.equal(wrong.status, 401);
    assert.equal(wrong.headers['ratelimit-limit'], undefined);
    assert.equal((await send(port, { path: '/open' })).status, 200);
  }
  assert.equal((await ask()).headers['ratelimit-remaining'], '1');
});

test('a call that is refused for another reason counts, a call that is refused for the rate is not read', async t => {
  const { port, ask } = await startLimited(t, { server: twoASecond });
  assert.equal((await send(port, { method: 'POST', path: '/email', body: { From: 1 } })).status, 422);
  assert.equal((await ask({ Accept: 'text/html' })).status, 415);
  const large = Buffer.alloc(99_000, 'x');
  assert.equal((await send(port, { method: 'POST', path: '/email', body: large })).status, 429);
});

test('those who use the test token do not use up each other’s calls', async t => {
  const { port } = await startLimited(t, { server: { quota: 1, windowInSeconds: 60 } }, ['127.0.0.1/32']);
  const statusFrom = async (client: string) => {
    const headers = { 'X-Postmark-Server-Token': 'POSTMARK_API_TEST', 'X-Forwarded-For': client };
    return (await send(port, { method: 'POST', path: '/email', headers, body: {} })).status;
  };
  assert.deepEqual([await statusFrom('192.0.2.1'), await statusFrom('192.0.2.1')], [200, 429]);
  assert.equal(await statusFrom('192.0.2.2'), 200);
});

test("Postmark's own client tells its caller that there were too many calls", async t => {
  const { port } = await startLimited(t, { server: twoASecond, account: { quota: 1, windowInSeconds: 60 } });
  const where = { requestHost: `127.0.0.1:${port}`, useHttps: false };
  const server = new ServerClient(serverToken, where);
  const message = { From: 'a@a.test', To: 'b@b.test', Subject: 'x', TextBody: 'x'.repeat(90_000) };
  await server.sendEmail(message);
  await server.sendEmail(message);
  await assert.rejects(server.sendEmail(message), (error: Errors.RateLimitExceededError) => {
    assert.ok(error instanceof Errors.RateLimitExceededError);
    assert.deepEqual([error.statusCode, error.code], [429, 429]);
    return true;
  });
  const account = new AccountClient(accountToken, where);
  await account.createDomain({ Name: 'a.test' });
  await assert.rejects(account.createDomain({ Name: 'a.test' }), Errors.RateLimitExceededError);
});
