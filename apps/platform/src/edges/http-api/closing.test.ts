import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { test } from 'node:test';
import { Type } from 'typebox';
import { defineEndpoint } from './endpoint.ts';
import { send, serverToken, startTestApi } from './testing/test-api.ts';

test('closing answers what is in hand, takes nothing new, and leaves no connection open', async t => {
  let letGo = () => {};
  let sayStarted = () => {};
  const started = new Promise<void>(resolve => {
    sayStarted = resolve;
  });
  const slow = defineEndpoint({
    method: 'GET',
    path: '/slow',
    token: 'server',
    summary: '',
    group: 'Tests',
    response: Type.Object({}),
    async handle() {
      sayStarted();
      await new Promise<void>(resolve => {
        letGo = resolve;
      });
      return { Done: true };
    },
  });
  const api = await startTestApi([slow]);
  const idle = net.connect(api.port, '127.0.0.1');
  const idleClosed = new Promise(resolve => idle.once('close', resolve));
  await new Promise(resolve => idle.once('connect', resolve));
  const agent = new http.Agent({ keepAlive: true });
  t.after(() => agent.destroy());

  const answer = new Promise<number | undefined>((resolve, reject) => {
    const headers = { 'X-Postmark-Server-Token': serverToken };
    http
      .get({ host: '127.0.0.1', port: api.port, path: '/slow', headers, agent }, response => {
        response.resume().once('end', () => resolve(response.statusCode));
      })
      .once('error', reject);
  });
  await started;
  const closed = api.close();
  await idleClosed;
  await assert.rejects(send(api.port, { path: '/slow' }), { code: 'ECONNREFUSED' });
  letGo();
  assert.equal(await answer, 200);
  // The caller would keep its connection for further requests; the server must not wait for that.
  await closed;
});
