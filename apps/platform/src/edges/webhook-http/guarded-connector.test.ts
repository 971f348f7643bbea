import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { makeAuthority, makeCertificate } from '../../../../../tools/fake-world/certificates.ts';
import {
  failureOf,
  guarded,
  makeCaller,
  post,
  startReceiver,
  startSocketServer,
  told,
  worldHost,
} from './testing/test-caller.ts';

for (const host of [
  '127.0.0.1',
  '127.1',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '2130706433',
  '0x7f000001',
  '0',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '169.254.169.254',
  '10.1.2.3',
  '[fd00::1]',
  '１２７.0.0.1',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'hooks.localhost',
]) {
  test(`http://${host} is refused, and nothing is sent`, async t => {
    const receiver = await startReceiver(t);
    // A name server that is asked at all says that everything is fine.
    const caller = makeCaller(t, { allowPrivateTargets: false, resolve: async () => ['8.8.8.8'] });
    const outcome = await post(caller, `http://${host}:${receiver.port}/`);
    assert.equal(failureOf(outcome), 'forbidden_address');
    assert.equal(receiver.connections, 0);
  });
}

test('the allow setting lets calls go to loopback, by number and by name', async t => {
  const receiver = await startReceiver(t);
  const caller = makeCaller(t);
  for (const host of ['127.0.0.1', '2130706433', 'localhost', 'hooks.localhost']) {
    assert.equal(failureOf(await post(caller, `http://${host}:${receiver.port}/`)), 'answered 200', host);
  }
});

test('a name that leads to forbidden addresses only is refused, and the text says where it led', async t => {
  const receiver = await startReceiver(t);
  const caller = makeCaller(t, { allowPrivateTargets: false, resolve: async () => ['10.0.0.7', '127.0.0.1'] });
  assert.deepEqual(told(await post(caller, `http://hooks.shop.test:${receiver.port}/`)), {
    kind: 'failed',
    failure: 'forbidden_address',
    text: 'hooks.shop.test leads to 10.0.0.7, which is private (RFC 1918)',
  });
});

test('of allowed and forbidden addresses only the allowed ones are connected to', async t => {
  const inside = await startReceiver(t);
  const caller = makeCaller(t, { ...guarded, resolve: async () => ['127.0.0.1', '::1', worldHost] });
  const url = `http://hooks.shop.test:${inside.port}/`;
  // Nobody listens there, and the forbidden ones are no way out.
  assert.match(String(told(await post(caller, url)).text), /ECONNREFUSED 127\.0\.0\.2/);
  const outside = await startReceiver(t, undefined, { host: worldHost, port: inside.port });
  assert.equal(failureOf(await post(caller, url)), 'answered 200');
  assert.equal(outside.connections, 1);
  assert.equal(inside.connections, 0);
});

test('DNS rebinding: the address that was judged is the one connected to, and each connection is judged anew', async t => {
  const inside = await startReceiver(t);
  const outside = await startReceiver(t, undefined, { host: worldHost, port: inside.port });
  const answers = [[worldHost], ['127.0.0.1'], ['::ffff:127.0.0.1'], ['169.254.169.254']];
  let asked = 0;
  const caller = makeCaller(t, { ...guarded, resolve: async () => answers[asked++] ?? [] });
  const url = `http://rebind.shop.test:${inside.port}/`;
  assert.equal(failureOf(await post(caller, url)), 'answered 200');
  assert.equal(asked, 1, 'the name was asked for once, so that there is no second answer to connect to');
  assert.equal(outside.requestCount, 1);

  outside.dropConnections();
  await outside.waitForNoConnection();
  for (let count = 2; count <= 4; count += 1) {
    // The client may not have heard yet that its connection is gone; then this call opens the next one.
    assert.equal(failureOf(await post(caller, url)), 'forbidden_address');
    assert.equal(asked, count);
  }
  assert.equal(inside.connections, 0);
});

test('the next address is tried when one refuses', async t => {
  const receiver = await startReceiver(t);
  const caller = makeCaller(t, { resolve: async () => ['127.0.0.77', '127.0.0.1'] });
  assert.equal(failureOf(await post(caller, `http://hooks.shop.test:${receiver.port}/`)), 'answered 200');
  assert.equal(receiver.requests[0]?.headers.host, `hooks.shop.test:${receiver.port}`);
});

test('only addresses of the family of the source address are tried', async t => {
  const receiver = await startReceiver(t);
  const onlySix = makeCaller(t, { sourceAddress: '127.0.0.1', resolve: async () => ['::1'] });
  assert.match(
    String(told(await post(onlySix, `http://six.test:${receiver.port}/`)).text),
    /family of the source address/,
  );
  const both = makeCaller(t, { sourceAddress: '127.0.0.1', resolve: async () => ['::1', '127.0.0.1'] });
  assert.equal(failureOf(await post(both, `http://both.test:${receiver.port}/`)), 'answered 200');
});

test('a name without an address, and one that cannot be asked for, are failures of the DNS', async t => {
  const none = await post(makeCaller(t), 'http://nobody.shop.test/');
  assert.deepEqual(told(none), { kind: 'failed', failure: 'dns', text: 'nobody.shop.test has no address' });
  const resolve = () => Promise.reject(new Error('DNS look-up of a.test failed: SERVFAIL'));
  const broken = await post(makeCaller(t, { resolve }), 'http://a.test/');
  assert.deepEqual(told(broken), { kind: 'failed', failure: 'dns', text: 'DNS look-up of a.test failed: SERVFAIL' });
});

test('names of the hosts file are known without the DNS, and guarded like all others', async t => {
  const receiver = await startReceiver(t);
  const known = {
    findInHostsFile: async (host: string) => (host === 'shop.internal' ? ['127.0.0.1'] : []),
    resolve: () => Promise.reject(new Error('nobody is to be asked')),
  };
  const url = `http://Shop.Internal:${receiver.port}/`;
  assert.equal(failureOf(await post(makeCaller(t, known), url)), 'answered 200');
  assert.equal(
    failureOf(await post(makeCaller(t, { ...known, allowPrivateTargets: false }), url)),
    'forbidden_address',
  );
});

test('TLS: a good certificate of the host is accepted, whatever address the name led to', async t => {
  const authority = await makeAuthority();
  const tls = await makeCertificate('hooks.shop.test', { authority });
  const receiver = await startReceiver(t, undefined, { tls });
  const caller = makeCaller(t, { certificateAuthority: authority.cert, resolve: async () => ['127.0.0.1'] });
  const url = `https://hooks.shop.test:${receiver.port}/`;
  for (let count = 0; count < 3; count += 1) assert.equal(failureOf(await post(caller, url)), 'answered 200');
  assert.equal(receiver.connections, 1);
});

for (const [what, host, makeTls] of [
  ['expired', 'hooks.shop.test', { expired: true }],
  ['of another name', 'other.shop.test', {}],
  ['self-signed', 'hooks.shop.test', { selfSigned: true }],
] as const) {
  test(`TLS: a certificate that is ${what} ends the call before anything is sent`, async t => {
    const authority = await makeAuthority();
    const signer = 'selfSigned' in makeTls ? {} : { authority };
    const tls = await makeCertificate(host, { ...signer, expired: 'expired' in makeTls });
    const receiver = await startReceiver(t, undefined, { tls });
    const caller = makeCaller(t, { certificateAuthority: authority.cert, resolve: async () => ['127.0.0.1'] });
    const outcome = await post(caller, `https://hooks.shop.test:${receiver.port}/`);
    assert.equal(failureOf(outcome), 'tls');
    assert.equal(receiver.requestCount, 0);
    await receiver.waitForNoConnection();
  });
}

test('TLS: a certificate for a name is none for its address', async t => {
  const authority = await makeAuthority();
  const tls = await makeCertificate('hooks.shop.test', { authority });
  const receiver = await startReceiver(t, undefined, { tls });
  const caller = makeCaller(t, { certificateAuthority: authority.cert });
  assert.equal(failureOf(await post(caller, `https://127.0.0.1:${receiver.port}/`)), 'tls');
});

test('TLS: a receiver that speaks none is a failure of TLS', async t => {
  const receiver = await startReceiver(t);
  assert.equal(failureOf(await post(makeCaller(t), `https://127.0.0.1:${receiver.port}/`)), 'tls');
});

for (const scheme of ['http', 'https']) {
  test(`close does not wait for a ${scheme} connection that is being opened`, async t => {
    // It takes connections and says nothing, not even for TLS.
    const { server, port } = await startSocketServer(t, socket => socket.resume());
    const caller = makeCaller(t);
    const outcome = post(caller, `${scheme}://127.0.0.1:${port}/`);
    const [socket] = (await once(server, 'connection')) as [Socket];
    const closed = once(socket, 'close');
    await caller.close();
    assert.notEqual(failureOf(await outcome), 'answered 200');
    await closed;
  });
}

test('TLS: a handshake that hangs is ended', async t => {
  const { port } = await startSocketServer(t, socket => socket.resume());
  const caller = makeCaller(t, { connectSecondsMax: 1 });
  const outcome = await post(caller, `https://127.0.0.1:${port}/`);
  assert.deepEqual(told(outcome), { kind: 'failed', failure: 'tls', text: 'timeout during the TLS handshake' });
});

test('a call that ends while its connection is being opened leaves nothing open', async t => {
  const receiver = await startReceiver(t);
  const { promise, resolve: answerNow } = Promise.withResolvers<readonly string[]>();
  const caller = makeCaller(t, { timeoutInSeconds: 2, resolve: () => promise });
  assert.equal(failureOf(await post(caller, `http://late.test:${receiver.port}/`)), 'timeout');
  answerNow(['127.0.0.1']);
  // The next call may go over the connection that came late; the one that had ended sends nothing.
  assert.equal(failureOf(await post(caller, `http://late.test:${receiver.port}/`)), 'answered 200');
  await caller.close();
  await receiver.waitForNoConnection();
  assert.equal(receiver.requestCount, 1);
});
