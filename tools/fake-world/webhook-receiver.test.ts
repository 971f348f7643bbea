import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Pool } from 'undici';
import { startWebhookReceiver, type WebhookReceiverOptions } from './webhook-receiver.ts';

async function start(t: TestContext, options: WebhookReceiverOptions = {}) {
  const receiver = await startWebhookReceiver(options);
  const pool = new Pool(receiver.url);
  t.after(async () => {
    await pool.destroy();
    await receiver.close();
  });
  const post = async (path: string, body: string) => {
    const answer = await pool.request({ method: 'POST', path, body, headers: { 'X-Test': 'Yes' } });
    return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
  };
  return { receiver, post };
}

test('a receiver without a script takes everything and remembers it', async t => {
  const { receiver, post } = await start(t);
  assert.equal((await post('/hook?a=b', '{"é":1}')).status, 200);
  const [request] = receiver.requests;
  assert.equal(request?.method, 'POST');
  assert.equal(request?.path, '/hook?a=b');
  assert.equal(request?.body, '{"é":1}');
  assert.equal(request?.headers['x-test'], 'Yes');
  assert.ok(request.at instanceof Date);
});

test('a script sees the request and its number, and can be changed', async t => {
  const { receiver, post } = await start(t, {
    react: (request, index) => ({ status: 500 + index, body: request.body, headers: { 'X-Index': String(index) } }),
  });
  const first = await post('/', 'one');
  assert.deepEqual([first.status, first.body, first.headers['x-index']], [500, 'one', '0']);
  assert.equal((await post('/', 'two')).status, 501);
  receiver.setScript(() => ({ status: 302, location: '/elsewhere' }));
  assert.equal((await post('/', 'three')).headers.location, '/elsewhere');
});

test('a light receiver counts and keeps nothing', async t => {
  const { receiver, post } = await start(t, { keepRequests: false });
  const whenThree = receiver.waitForRequests(3);
  await Promise.all(['1', '2', '3'].map(body => post('/', body)));
  await whenThree;
  assert.equal(receiver.requestCount, 3);
  assert.deepEqual(receiver.requests, []);
});

test('a body of a given size is sent whole', async t => {
  const { post } = await start(t, { react: () => ({ bodyBytes: 300_000, body: 'begin' }) });
  const { body } = await post('/', '');
  assert.equal(body.length, 300_000);
  assert.ok(body.startsWith('begin'));
});

test('cut connections are errors for whoever calls', async t => {
  const { receiver, post } = await start(t, { react: () => ({ closeInTheMiddle: 'body', body: 'half' }) });
  await assert.rejects(post('/', ''));
  receiver.setScript(() => ({ closeInTheMiddle: 'before' }));
  await assert.rejects(post('/', ''));
  await receiver.waitForNoConnection();
});
