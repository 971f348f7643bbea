import assert from 'node:assert/strict';
import { test } from 'node:test';
import { echoEndpoints } from './testing/echo-endpoints.ts';
import { send, startTestApi } from './testing/test-api.ts';

test('health, metrics and the description of the API are there without a token', async t => {
  let reasons: string[] = [];
  const api = await startTestApi(echoEndpoints, {
    isReady: async () => ({ ready: reasons.length === 0, reasons }),
    metricsText: async () => 'pennyblack_up 1\n',
    extraRoutes: app => {
      app.post('/unsubscribe', (request, reply) => reply.type('text/html').send(`<p>${request.body}</p>`));
    },
  });
  t.after(api.close);

  assert.equal((await send(api.port, { path: '/health/live' })).status, 200);
  assert.equal((await send(api.port, { method: 'HEAD', path: '/health/live' })).status, 200);
  assert.equal((await send(api.port, { path: '/health/ready' })).status, 200);
  reasons = ['The database does not answer.'];
  const notReady = await send(api.port, { path: '/health/ready' });
  assert.equal(notReady.status, 503);
  assert.deepEqual(notReady.json, { Status: 'not ready', Reasons: reasons });

  const metrics = await send(api.port, { path: '/metrics' });
  assert.equal(metrics.bytes.toString(), 'pennyblack_up 1\n');
  assert.match(String(metrics.headers['content-type']), /^text\/plain/);

  const described = (await send(api.port, { path: '/openapi.json' })).json as { openapi: string; paths: object };
  assert.equal(described.openapi, '3.1.0');
  assert.ok('/messages/outbound/{messageid}/details' in described.paths);

  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const page = await send(api.port, {
    method: 'POST',
    path: '/unsubscribe',
    headers: form,
    body: 'List-Unsubscribe=One-Click',
  });
  assert.equal(page.bytes.toString(), '<p>List-Unsubscribe=One-Click</p>');
});

test('figures are behind a token where the operator has set one', async t => {
  const api = await startTestApi([], { metricsToken: 'a-token-for-metrics', metricsText: async () => 'up 1\n' });
  t.after(api.close);
  const ask = (headers: Record<string, string>) => send(api.port, { path: '/metrics', headers });
  for (const headers of [{}, { Authorization: 'Bearer wrong' }, { Authorization: 'a-token-for-metrics' }]) {
    const refused = await ask(headers as Record<string, string>);
    assert.equal(refused.status, 401);
    assert.doesNotMatch(refused.bytes.toString(), /up 1/);
  }
  assert.equal((await ask({ Authorization: 'Bearer a-token-for-metrics' })).status, 200);
});
