import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  failureOf,
  makeCaller,
  post,
  sampleBody,
  startReceiver,
  startSocketServer,
  told,
} from './testing/test-caller.ts';

test('a call is a POST with its headers and body, and the answer comes back', async t => {
  const receiver = await startReceiver(t, () => ({ status: 202, body: 'thank you \u{1F4EE}\0' }));
  const outcome = await post(makeCaller(t), `${receiver.url}/hook?password=it's|{x}`, { 'X-Env': 'grüß' });
  assert.deepEqual(told(outcome), { kind: 'answered', status: 202, answer: 'thank you \u{1F4EE}' });
  assert.equal(typeof outcome.milliseconds, 'number');

  const [request] = receiver.requests;
  assert.equal(request?.method, 'POST');
  assert.equal(request?.path, "/hook?password=it's|{x}");
  assert.equal(request?.body, sampleBody);
  const { host, 'x-env': custom, ...headers } = request?.headers ?? {};
  assert.equal(host, `127.0.0.1:${receiver.port}`);
  assert.equal(Buffer.from(custom ?? '', 'latin1').toString('utf8'), 'grüß');
  assert.deepEqual(headers, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(sampleBody)),
    connection: 'keep-alive',
  });
});

for (const status of [200, 201, 204, 300, 304, 400, 401, 403, 404, 410, 429, 500, 503, 599]) {
  test(`status ${status} is an answer`, async t => {
    const receiver = await startReceiver(t, () => ({ status }));
    assert.deepEqual(told(await post(makeCaller(t), receiver.url)), { kind: 'answered', status, answer: '' });
  });
}

test('one connection serves call after call', async t => {
  const receiver = await startReceiver(t);
  const caller = makeCaller(t);
  for (let count = 0; count < 20; count += 1) await post(caller, receiver.url);
  assert.equal(receiver.requestCount, 20);
  assert.equal(receiver.connections, 1);
});

test('calls at the same time go over connections of their own, which are used again', async t => {
  const receiver = await startReceiver(t);
  const caller = makeCaller(t);
  for (let round = 0; round < 5; round += 1) {
    await Promise.all(Array.from({ length: 10 }, () => post(caller, receiver.url)));
  }
  assert.equal(receiver.requestCount, 50);
  assert.equal(receiver.connections, 10);
});

test('a receiver that refuses connections is a failure of the connection', async t => {
  const receiver = await startReceiver(t);
  await receiver.close();
  const outcome = await post(makeCaller(t), receiver.url);
  assert.equal(failureOf(outcome), 'connection');
  assert.match(String(told(outcome).text), /ECONNREFUSED/);
});

test('a receiver that hangs ends by the wall clock, and its connection is closed', async t => {
  const receiver = await startReceiver(t, () => ({ hang: true }));
  const outcome = await post(makeCaller(t, { timeoutInSeconds: 0.2 }), receiver.url);
  assert.deepEqual(told(outcome), {
    kind: 'failed',
    failure: 'timeout',
    text: 'no whole answer within 0.2 seconds',
  });
  await receiver.waitForNoConnection();
});

test('a receiver that sends its headers byte by byte ends by the wall clock', async t => {
  const receiver = await startReceiver(t, () => ({ dribble: 'headers' }));
  assert.equal(failureOf(await post(makeCaller(t, { timeoutInSeconds: 0.3 }), receiver.url)), 'timeout');
  await receiver.waitForNoConnection();
});

test('a name server that never answers ends by the wall clock', async t => {
  const caller = makeCaller(t, { timeoutInSeconds: 0.1, resolve: () => new Promise(() => {}) });
  assert.equal(failureOf(await post(caller, 'http://hooks.shop.test/')), 'timeout');
});

test('a chain of slow redirects ends by the one wall clock', async t => {
  const receiver = await startReceiver(t, (_request, index) => ({
    status: 307,
    location: `/${index}`,
    delayInMilliseconds: 150,
  }));
  assert.equal(failureOf(await post(makeCaller(t, { timeoutInSeconds: 0.4 }), receiver.url)), 'timeout');
  await receiver.waitForNoConnection();
  assert.ok(receiver.requestCount < 5);
});

test('the status counts when a body comes byte by byte, and its beginning is kept', async t => {
  const receiver = await startReceiver(t, () => ({ status: 201, body: 'slow:', dribble: 'body' }));
  const outcome = await post(makeCaller(t, { answerSecondsMax: 1 }), receiver.url);
  assert.equal(outcome.kind === 'answered' && outcome.status, 201);
  assert.match(outcome.kind === 'answered' ? outcome.answer : '', /^slow:/);
  await receiver.waitForNoConnection();
});

test('of an endless body 4 KB are kept, and the connection is dropped', async t => {
  const receiver = await startReceiver(t, () => ({ endlessBody: true }));
  const outcome = await post(makeCaller(t), receiver.url);
  assert.deepEqual(told(outcome), { kind: 'answered', status: 200, answer: 'x'.repeat(4096) });
  await receiver.waitForNoConnection();
});

test('an answer of 1 GB is cut, and the status counts', async t => {
  const receiver = await startReceiver(t, () => ({ status: 500, bodyBytes: 2 ** 30 }));
  const outcome = await post(makeCaller(t), receiver.url);
  assert.deepEqual(told(outcome), { kind: 'answered', status: 500, answer: 'x'.repeat(4096) });
  await receiver.waitForNoConnection();
});

test('an answer of 60 KB is read to its end, so that its connection serves again', async t => {
  const receiver = await startReceiver(t, () => ({ body: 'y'.repeat(60 * 1024) }));
  const caller = makeCaller(t);
  assert.deepEqual(told(await post(caller, receiver.url)), { kind: 'answered', status: 200, answer: 'y'.repeat(4096) });
  await post(caller, receiver.url);
  assert.equal(receiver.connections, 1);
});

test('an answer is cut between characters, and what is not UTF-8 does no harm', async t => {
  const body = Buffer.concat([Buffer.from([0xff, 0xc3]), Buffer.from('é'.repeat(4096))]);
  const receiver = await startReceiver(t, () => ({ body }));
  const outcome = await post(makeCaller(t), receiver.url);
  const answer = outcome.kind === 'answered' ? outcome.answer : '';
  assert.equal(answer, `\ufffd\ufffd${'é'.repeat(2047)}`);
});

for (const where of ['before', 'headers', 'body'] as const) {
  test(`a connection that is cut (${where}) is a failure of the connection`, async t => {
    const receiver = await startReceiver(t, () => ({ closeInTheMiddle: where, body: 'begun' }));
    const outcome = await post(makeCaller(t), receiver.url);
    assert.equal(failureOf(outcome), 'connection');
    assert.equal(receiver.requestCount, 1, 'a fresh connection that fails is not tried again at once');
  });
}

test('what is not HTTP is a failure of the connection', async t => {
  const receiver = await startReceiver(t, () => ({ raw: '220 mail.shop.test ESMTP\r\n' }));
  const outcome = await post(makeCaller(t), receiver.url);
  assert.equal(failureOf(outcome), 'connection');
  assert.match(String(told(outcome).text), /not HTTP/);
});

test('a flood of headers is cut', async t => {
  const receiver = await startReceiver(t, () => ({ endlessHeaders: true }));
  const outcome = await post(makeCaller(t), receiver.url);
  assert.deepEqual(told(outcome), {
    kind: 'failed',
    failure: 'connection',
    text: 'the headers of the answer are too large',
  });
  await receiver.waitForNoConnection();
});

test('a "please wait" before the answer is passed over', async t => {
  const raw = 'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
  const receiver = await startReceiver(t, () => ({ raw }));
  assert.deepEqual(told(await post(makeCaller(t), receiver.url)), { kind: 'answered', status: 200, answer: 'ok' });
});

test('a connection that was closed while idle is no failure: the call goes over a new one', async t => {
  // It hears the second request and closes, as a server does whose patience ended just before.
  const { port } = await startSocketServer(t, socket => {
    let heard = 0;
    socket.on('data', chunk => {
      if (!chunk.includes('POST')) return;
      heard += 1;
      if (heard > 1) socket.destroy();
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
  });
  const url = `http://127.0.0.1:${port}/`;
  const caller = makeCaller(t);
  for (let count = 0; count < 4; count += 1) assert.equal(failureOf(await post(caller, url)), 'answered 200');
});

for (const url of [
  '',
  'nonsense',
  '/relative',
  'ftp://files.shop.test/',
  'javascript:alert(1)',
  'file:///etc/passwd',
  'http://',
  'http://[broken/',
  'http://host:99999/',
  'http://1.2.3.4.5/',
  'data:text/plain,x',
]) {
  test(`the URL "${url}" cannot be called`, async t => {
    assert.equal(failureOf(await post(makeCaller(t), url)), 'url');
  });
}

test('headers that cannot be sent are a failure without their value', async t => {
  const receiver = await startReceiver(t);
  for (const [name, value] of [
    ['X-Bad', 's3cret\r\nX-Injected: 1'],
    ['X-Bad', 's3cret\0'],
    ['X Bad', 's3cret'],
    ['', 's3cret'],
    ['X-Bäd', 's3cret'],
  ] as const) {
    const outcome = await post(makeCaller(t), receiver.url, { [name]: value });
    assert.equal(failureOf(outcome), 'url', name);
    assert.doesNotMatch(JSON.stringify(outcome), /s3cret/);
  }
  assert.equal(receiver.requestCount, 0);
});

test('headers of the connection are ours', async t => {
  const receiver = await startReceiver(t);
  await post(makeCaller(t), receiver.url, {
    Host: 'other.test',
    'Content-Length': '1',
    'transfer-encoding': 'chunked',
    Connection: 'close',
    Expect: '100-continue',
    Upgrade: 'h2c',
  });
  const [request] = receiver.requests;
  assert.equal(request?.body, sampleBody);
  assert.equal(request?.headers.host, `127.0.0.1:${receiver.port}`);
  assert.equal(request?.headers.connection, 'keep-alive');
  assert.ok(!('expect' in (request?.headers ?? {})) && !('upgrade' in (request?.headers ?? {})));
});

test('nothing that a customer can write makes a call reject', async t => {
  const caller = makeCaller(t, { allowPrivateTargets: false, timeoutInSeconds: 5 });
  const url = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl({ validSchemes: ['http', 'https'], withQueryParameters: true }),
    fc.string({ unit: 'binary' }).map(text => `http://${text}`),
    fc.string({ unit: 'binary' }).map(text => `http://127.0.0.1/${text}`),
  );
  const headers = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }));
  await fc.assert(
    fc.asyncProperty(url, headers, fc.string({ unit: 'binary' }), async (text, given, body) => {
      const outcome = await caller.call({ url: text, headers: given, body });
      assert.equal(outcome.kind, 'failed');
      assert.doesNotMatch(JSON.stringify(outcome), /\\u0000/);
    }),
    { numRuns: 300 },
  );
});

test('the local address is the one that is set', async t => {
  const heard: (string | undefined)[] = [];
  const { port } = await startSocketServer(t, socket => {
    heard.push(socket.remoteAddress);
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
  const url = `http://127.0.0.1:${port}/`;
  assert.equal(failureOf(await post(makeCaller(t, { sourceAddress: '127.0.0.9' }), url)), 'answered 200');
  assert.deepEqual(heard, ['127.0.0.9']);
});

test('close ends calls under way, connections and what comes after', async t => {
  const receiver = await startReceiver(t, request => (request.path === '/hang' ? { hang: true } : {}));
  const caller = makeCaller(t);
  await post(caller, receiver.url);
  const hanging = post(caller, `${receiver.url}/hang`);
  await receiver.waitForRequests(2);
  await caller.close();
  assert.equal(failureOf(await hanging), 'connection');
  await receiver.waitForNoConnection();
  assert.deepEqual(told(await post(caller, receiver.url)), {
    kind: 'failed',
    failure: 'connection',
    text: 'we are stopping',
  });
});

test('connections to many origins are kept for the latest only', async t => {
  const receivers = await Promise.all(Array.from({ length: 6 }, () => startReceiver(t)));
  const caller = makeCaller(t, { originsMax: 2 });
  for (const receiver of receivers) assert.equal(failureOf(await post(caller, receiver.url)), 'answered 200');
  for (const receiver of receivers.slice(0, 4)) await receiver.waitForNoConnection();
  assert.deepEqual(
    receivers.slice(4).map(receiver => receiver.openConnections),
    [1, 1],
  );
});
