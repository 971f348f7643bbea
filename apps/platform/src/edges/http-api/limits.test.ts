import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import { Type } from 'typebox';
import { defineEndpoint } from './endpoint.ts';
import { send, serverToken, startTestApi } from './testing/test-api.ts';

test('large bodies share a limit of memory: one too many is told to try again, and room comes back', async t => {
  const largeBody = defineEndpoint({
    method: 'POST',
    path: '/email/batch',
    token: 'server',
    summary: '',
    group: 'Tests',
    body: Type.Array(Type.Unknown()),
    bodyBytesMax: 1_000_000,
    response: Type.Object({}),
    handle: async call => ({ BodyLength: call.bodyLength }),
  });
  const api = await startTestApi([largeBody], { bodyBytesInFlightMax: 1_200_000 });
  t.after(api.close);
  const body = Buffer.from(`["${'x'.repeat(800_000)}"]`);
  const headers = { 'Content-Type': 'application/json' };

  const held = net.connect(api.port, '127.0.0.1');
  t.after(() => held.destroy());
  held.write(
    `POST /email/batch HTTP/1.1\r\nHost: x\r\nX-Postmark-Server-Token: ${serverToken}\r\nConnection: close\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
  );
  // "100 Continue" says that the request has been taken up.
  await new Promise(resolve => held.once('data', resolve));

  const refused = await send(api.port, { method: 'POST', path: '/email/batch', headers, body });
  assert.equal(refused.status, 503);
  assert.ok(refused.headers['retry-after']);
  const small = await send(api.port, { method: 'POST', path: '/email/batch', headers, body: '[]' });
  assert.equal(small.status, 200);

  held.end(body);
  await new Promise(resolve => held.once('close', resolve).resume());
  assert.equal((await send(api.port, { method: 'POST', path: '/email/batch', headers, body })).status, 200);
});
