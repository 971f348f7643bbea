import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeAuthority, makeCertificate } from '../../../../../tools/fake-world/certificates.ts';
import {
  failureOf,
  guarded,
  makeCaller,
  post,
  sampleBody,
  startReceiver,
  told,
  worldHost,
} from './testing/test-caller.ts';

const secrets = { Authorization: 'Basic czNjcmV0', 'X-Api-Key': 's3cret', 'webhook-signature': 'v1,abc' };

for (const status of [301, 302, 307, 308]) {
  test(`${status} repeats the POST with its body`, async t => {
    const receiver = await startReceiver(t, request =>
      request.path === '/old' ? { status, location: '/new?a=%zz', body: 'moved' } : { status: 202, body: 'here' },
    );
    const outcome = await post(makeCaller(t), `${receiver.url}/old`);
    assert.deepEqual(told(outcome), { kind: 'answered', status: 202, answer: 'here' });
    assert.deepEqual(
      receiver.requests.map(({ method, path, body }) => [method, path, body]),
      [
        ['POST', '/old', sampleBody],
        ['POST', '/new?a=%zz', sampleBody],
      ],
    );
  });
}

test('303 is a failure, for it would turn the event into a GET', async t => {
  const receiver = await startReceiver(t, () => ({ status: 303, location: '/new' }));
  const outcome = await post(makeCaller(t), receiver.url);
  assert.deepEqual(told(outcome), {
    kind: 'failed',
    failure: 'redirect',
    text: '303 asks for a GET, which would lose the event',
  });
  assert.equal(receiver.requestCount, 1);
});

for (const [what, location, text] of [
  ['without a Location', undefined, '307 without a Location'],
  ['with an empty Location', '', '307 without a Location'],
  ['to a broken URL', 'http://[broken/', '307 leads nowhere: this is not a URL'],
  ['to another scheme', 'ftp://u:s3cret@files.test/', '307 leads nowhere: ftp: URLs cannot be called'],
  ['to a script', 'javascript:alert(1)', '307 leads nowhere: javascript: URLs cannot be called'],
] as const) {
  test(`a redirect ${what} is a failure that says why`, async t => {
    const receiver = await startReceiver(t, () => ({ status: 307, ...(location === undefined ? {} : { location }) }));
    assert.deepEqual(told(await post(makeCaller(t), receiver.url)), { kind: 'failed', failure: 'redirect', text });
  });
}

test('a circle of redirects is noticed at its first repetition', async t => {
  const receiver = await startReceiver(t, request => ({ status: 302, location: request.path === '/a' ? '/b' : '/a' }));
  const outcome = await post(makeCaller(t), `${receiver.url}/a`);
  assert.equal(failureOf(outcome), 'redirect');
  assert.match(String(told(outcome).text), /^a circle of redirects/);
  assert.equal(receiver.requestCount, 2);
});

test('a redirect to itself is a circle', async t => {
  const receiver = await startReceiver(t, () => ({ status: 308, location: '#again' }));
  assert.match(String(told(await post(makeCaller(t), `${receiver.url}/a?x=1`)).text), /^a circle of redirects/);
  assert.equal(receiver.requestCount, 1);
});

test('ten redirects are followed, the eleventh is not', async t => {
  const hops = (last: number) =>
    startReceiver(t, (_request, index) => (index < last ? { status: 307, location: `/${index}` } : { status: 200 }));
  const ten = await hops(10);
  assert.equal(failureOf(await post(makeCaller(t), ten.url)), 'answered 200');
  assert.equal(ten.requestCount, 11);
  const eleven = await hops(11);
  assert.deepEqual(told(await post(makeCaller(t), eleven.url)), {
    kind: 'failed',
    failure: 'redirect',
    text: 'more than 10 redirects',
  });
  assert.equal(eleven.requestCount, 11);
});

for (const location of [
  'http://169.254.169.254/latest/meta-data/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://localhost:PORT/',
  'http://2130706433:PORT/',
  'http://inside.shop.test:PORT/',
]) {
  test(`a redirect to ${location} goes through the guard like the first address`, async t => {
    const inside = await startReceiver(t);
    const react = () => ({ status: 307, location: location.replace('PORT', String(inside.port)) });
    const outside = await startReceiver(t, react, { host: worldHost });
    const caller = makeCaller(t, { ...guarded, resolve: async () => ['127.0.0.1'] });
    assert.equal(failureOf(await post(caller, outside.url)), 'forbidden_address');
    assert.equal(outside.requestCount, 1);
    assert.equal(inside.connections, 0);
  });
}

test('secrets do not go along to another origin, and do not come back from there', async t => {
  const home = await startReceiver(t, request =>
    request.path === '/start' ? { status: 307, location: `${away.url}/away` } : { status: 200 },
  );
  const away = await startReceiver(t, () => ({ status: 307, location: `${home.url}/back` }));
  assert.equal(failureOf(await post(makeCaller(t), `${home.url}/start`, secrets)), 'answered 200');

  const [start, back] = home.requests;
  const [stranger] = away.requests;
  assert.equal(start?.headers.authorization, secrets.Authorization);
  assert.equal(start?.headers['x-api-key'], 's3cret');
  for (const request of [stranger, back]) {
    assert.ok(request);
    assert.ok(!('authorization' in request.headers) && !('x-api-key' in request.headers));
    assert.equal(request.headers['webhook-signature'], 'v1,abc');
    assert.equal(request.headers['content-type'], 'application/json');
    assert.equal(request.body, sampleBody);
  }
});

test('secrets go along within an origin', async t => {
  const receiver = await startReceiver(t, ({ path }) => (path === '/' ? { status: 307, location: '/new' } : {}));
  await post(makeCaller(t), receiver.url, secrets);
  assert.equal(receiver.requests[1]?.headers['x-api-key'], 's3cret');
});

test('secrets go along from http to https of the same host, and not back to http', async t => {
  const authority = await makeAuthority();
  const tls = await makeCertificate('hooks.shop.test', { authority });
  const secure = await startReceiver(
    t,
    ({ path }) => (path === '/' ? { status: 308, location: `http://hooks.shop.test:${plain.port}/last` } : {}),
    { tls },
  );
  const plain = await startReceiver(t, ({ path }) =>
    path === '/first' ? { status: 308, location: `https://hooks.shop.test:${secure.port}/` } : {},
  );
  const caller = makeCaller(t, { certificateAuthority: authority.cert, resolve: async () => ['127.0.0.1'] });
  assert.equal(failureOf(await post(caller, `http://hooks.shop.test:${plain.port}/first`, secrets)), 'answered 200');
  assert.equal(secure.requests[0]?.headers['x-api-key'], 's3cret');
  assert.equal(plain.requests[1]?.path, '/last');
  assert.equal(plain.requests[1]?.headers['x-api-key'], undefined);
});

test('user and password in a Location are not used and not shown', async t => {
  const receiver = await startReceiver(t, ({ path }) =>
    path === '/' ? { status: 307, location: `http://eve:s3cret@127.0.0.1:${receiver.port}/new` } : { status: 200 },
  );
  const outcome = await post(makeCaller(t), receiver.url);
  assert.equal(failureOf(outcome), 'answered 200');
  assert.equal(receiver.requests[1]?.headers.authorization, undefined);
});
