import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook as Verifier } from 'standardwebhooks';
import { type CallToPrepare, prepareCall } from './prepare-call.ts';
import { makeSigningKey } from './signing-keys.ts';
import { takeCredentials } from './target-credentials.ts';
import type { WebhookTarget } from './webhook.ts';

const now = new Date();
const key = makeSigningKey('hmac', now);
const call: CallToPrepare = {
  callId: '0191f3a0-0000-7000-8000-000000000001',
  eventId: '0191f3a0-0000-7000-8000-00000000000e',
  body: '{"RecordType":"Delivery"}',
  retriesRemaining: 10,
  at: now,
};

function prepare(target: Partial<WebhookTarget>, changes: Partial<CallToPrepare> = {}) {
  const whole = { url: 'https://hooks.shop.test/mail', httpAuth: null, httpHeaders: [], ...target };
  return prepareCall({ target: whole, signingKeys: [key] }, { ...call, ...changes });
}

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

test('a call carries what Postmark sends, and a signature', () => {
  const { url, headers, body } = prepare({});
  assert.equal(url, 'https://hooks.shop.test/mail');
  assert.equal(body, call.body);
  const { 'webhook-signature': signature, 'webhook-timestamp': timestamp, ...rest } = headers;
  assert.deepEqual(rest, {
    'Content-Type': 'application/json',
    Accept: 'application/json',
    'User-Agent': 'Postmark',
    'X-PM-Webhook-Trace-Id': call.callId,
    'X-Pm-Webhook-Event-Id': call.eventId,
    'X-PM-Retries-Remaining': '10',
    'webhook-id': call.callId,
  });
  assert.equal(timestamp, String(Math.floor(now.getTime() / 1000)));
  assert.ok(signature);
  assert.deepEqual(new Verifier(key.secret).verify(body, headers), JSON.parse(body));
});

test('what is not known is not said', () => {
  const { headers } = prepare({}, { eventId: undefined, retriesRemaining: undefined });
  assert.ok(!('X-Pm-Webhook-Event-Id' in headers));
  assert.ok(!('X-PM-Retries-Remaining' in headers));
});

test('the last attempt says that no retries remain', () => {
  assert.equal(prepare({}, { retriesRemaining: 0 }).headers['X-PM-Retries-Remaining'], '0');
});

for (const [written, expected, credentials] of [
  ['https://pm:s3cret@hooks.shop.test/mail', 'https://hooks.shop.test/mail', 'pm:s3cret'],
  ['https://p%40m:a%3Ab%2Fc@hooks.shop.test', 'https://hooks.shop.test', 'p@m:a:b/c'],
  ['https://gr%C3%BC%C3%9F:p@hooks.shop.test/', 'https://hooks.shop.test/', 'grüß:p'],
  ['https://user@hooks.shop.test/', 'https://hooks.shop.test/', 'user:'],
  ['https://a:b@c@hooks.shop.test/x@y', 'https://hooks.shop.test/x@y', 'a:b@c'],
  ['https://100%:50%@hooks.shop.test/', 'https://hooks.shop.test/', '100%:50%'],
  ['HTTPS://pm:x@Hooks.Shop.Test/mail', 'HTTPS://Hooks.Shop.Test/mail', 'pm:x'],
  ['https:pm:x@hooks.shop.test/mail', 'https://hooks.shop.test/mail', 'pm:x'],
] as const) {
  test(`user and password of ${written} become Basic auth and leave the URL`, () => {
    const { url, headers } = prepare({ url: written });
    assert.equal(url, expected);
    assert.equal(headers.Authorization, basic(credentials));
  });
}

test('HttpAuth wins over the URL, whose user and password leave it all the same', () => {
  const { url, headers } = prepare({
    url: 'https://from:url@hooks.shop.test/',
    httpAuth: { username: 'from', password: 'field:ü' },
  });
  assert.equal(url, 'https://hooks.shop.test/');
  assert.equal(headers.Authorization, basic('from:field:ü'));
});

test('the query stays as it was written, byte for byte', () => {
  const query = "?password=it's+a%20s%65cret|{x}&&a=%zz&b=@:/?";
  assert.equal(prepare({ url: `https://h.test/p${query}` }).url, `https://h.test/p${query}`);
  assert.equal(prepare({ url: `https://u:p@h.test/p${query}` }).url, `https://h.test/p${query}`);
});

test('custom headers are sent, and may stand in for some of ours in any case, once', () => {
  const { headers } = prepare({
    httpAuth: { username: 'a', password: 'b' },
    httpHeaders: [
      { name: 'X-Env', value: 'staging' },
      { name: 'user-agent', value: 'Shop/1' },
      { name: 'authorization', value: 'Bearer t0ken' },
      { name: 'CONTENT-TYPE', value: 'application/json; charset=utf-8' },
    ],
  });
  assert.equal(headers['X-Env'], 'staging');
  assert.equal(headers['user-agent'], 'Shop/1');
  assert.equal(headers.authorization, 'Bearer t0ken');
  assert.equal(headers['CONTENT-TYPE'], 'application/json; charset=utf-8');
  for (const name of ['User-Agent', 'Authorization', 'Content-Type']) assert.ok(!(name in headers), name);
});

test('no custom header takes the place of what frames, names or signs the call', () => {
  const plain = prepare({}).headers;
  const names = [
    'Content-Length',
    'host',
    'Transfer-Encoding',
    'Connection',
    'Webhook-Id',
    'WEBHOOK-TIMESTAMP',
    'webhook-signature',
    'x-pm-webhook-trace-id',
    'X-PM-Webhook-Event-Id',
    'X-PM-Retries-Remaining',
  ];
  const { headers } = prepare({ httpHeaders: names.map(name => ({ name, value: 'forged' })) });
  assert.deepEqual(headers, plain);
});

test('a URL that cannot be read is left for the caller to refuse', () => {
  assert.deepEqual(takeCredentials('https://u:p@[broken/'), { url: 'https://u:p@[broken/', credentials: undefined });
});
