import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after } from 'node:test';
import { generate } from 'selfsigned';
import { loadSettings, platformSettings, publicUrlOf } from './config.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'config-'));
// The settings file of a developer who runs these tests is not theirs.
process.chdir(folder);
after(() => rm(folder, { recursive: true }));

async function fileWith(name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, text);
  return file;
}

const one = await generate([{ name: 'commonName', value: 'one.example' }]);
const two = await generate([{ name: 'commonName', value: 'two.example' }]);
const cert = await fileWith('one.crt', one.cert);
const key = await fileWith('one.key', one.private);
const otherKey = await fileWith('two.key', two.private);
const someKey = Buffer.alloc(32, 7).toString('base64');

function sentences(environment: Record<string, string>): readonly string[] {
  try {
    loadSettings(environment);
    return [];
  } catch (error) {
    return (error as { sentences: readonly string[] }).sentences;
  }
}

test('without any setting, everything runs in one process on loopback', () => {
  const settings = loadSettings({});
  assert.equal(settings.databaseUrl, undefined);
  assert.deepEqual([...settings.roles], ['api', 'smtp', 'inbound', 'delivery', 'webhooks', 'upkeep']);
  assert.equal(settings.host, '127.0.0.1');
  assert.deepEqual([settings.httpPort, settings.smtpPorts, settings.inboundPort], [3000, [2525], 2526]);
  assert.equal(settings.inboundDomain, `inbound.${settings.mailHostname}`);
  assert.equal(publicUrlOf(settings, 3456), 'http://127.0.0.1:3456');
  assert.equal(settings.retentionDays, 45);
  assert.equal(settings.requireVerifiedSenders, true);
});

test('routes are read in their order, with and without credentials', () => {
  const { routes } = loadSettings({
    PENNYBLACK_ROUTES:
      'Sink.example=127.0.0.1:2600, *.test=capture,bücher.example=[::1]:25,*=us%2Cer:p@ss%3D@Relay.example:587',
  });
  assert.deepEqual(routes, [
    { pattern: 'sink.example', target: { kind: 'relay', host: '127.0.0.1', port: 2600, credentials: undefined } },
    { pattern: '*.test', target: { kind: 'capture' } },
    { pattern: 'xn--bcher-kva.example', target: { kind: 'relay', host: '::1', port: 25, credentials: undefined } },
    {
      pattern: '*',
      target: {
        kind: 'relay',
        host: 'relay.example',
        port: 587,
        credentials: { user: 'us,er', password: 'p@ss=' },
      },
    },
  ]);
});

test('a rate holds for account tokens too, unless they have one of their own', () => {
  const ratesOf = (environment: Record<string, string>) => loadSettings(environment).rateLimits;
  assert.deepEqual(ratesOf({}), { server: undefined, account: undefined });
  const fifty = { quota: 50, windowInSeconds: 1 };
  assert.deepEqual(ratesOf({ PENNYBLACK_RATE_LIMIT: '50' }), { server: fifty, account: fifty });
  assert.deepEqual(ratesOf({ PENNYBLACK_RATE_LIMIT: '3000 / Minute', PENNYBLACK_ACCOUNT_RATE_LIMIT: '100/hour' }), {
    server: { quota: 3000, windowInSeconds: 60 },
    account: { quota: 100, windowInSeconds: 3600 },
  });
  assert.deepEqual(ratesOf({ PENNYBLACK_RATE_LIMIT: '50/second', PENNYBLACK_ACCOUNT_RATE_LIMIT: '0' }), {
    server: fifty,
    account: undefined,
  });
});

test('a pair of certificate and key is taken, and makes the public address https', () => {
  const settings = loadSettings({ PENNYBLACK_TLS_CERT: cert, PENNYBLACK_TLS_KEY: key });
  assert.deepEqual(settings.tls, { certFile: cert, keyFile: key });
  assert.equal(publicUrlOf(settings, 443), 'https://127.0.0.1:443');
});

test('a database of one’s own comes with a secret key of one’s own', () => {
  const DATABASE_URL = 'postgres://penny:black@db.example:5432/mail';
  const settings = loadSettings({ DATABASE_URL, PENNYBLACK_SECRET_KEY: `${someKey},${'ab'.repeat(32)}` });
  assert.equal(settings.secretKeys?.length, 2);
  assert.deepEqual(sentences({ DATABASE_URL }), [
    'PENNYBLACK_SECRET_KEY is required with DATABASE_URL: set it to the same 32 random bytes in every process ' +
      '(make them with: openssl rand -base64 32).',
  ]);
});

const wrong: readonly (readonly [Record<string, string>, RegExp])[] = [
  [
    { DATABASE_URL: 'mysql://x', PENNYBLACK_SECRET_KEY: someKey },
    /^DATABASE_URL must be a PostgreSQL address such as .*database\.$/,
  ],
  [{ PENNYBLACK_ROLES: 'api,mail' }, /^PENNYBLACK_ROLES is a list .* one of all, api, .*upkeep, and is "mail"\.$/],
  [{ PENNYBLACK_ROLES: ',' }, /^PENNYBLACK_ROLES names no role/],
  [{ PENNYBLACK_HTTP_PORT: 'http' }, /^PENNYBLACK_HTTP_PORT must be a port number/],
  [{ PENNYBLACK_SMTP_PORT: '3000' }, /^PENNYBLACK_SMTP_PORT and PENNYBLACK_HTTP_PORT are both 3000/],
  [{ PENNYBLACK_SMTP_PORT: '25, smtp' }, /^PENNYBLACK_SMTP_PORT is a list .* port number .* and is "smtp"/],
  [{ PENNYBLACK_SMTP_PORT: '25,587,25' }, /^PENNYBLACK_SMTP_PORT names the port 25 twice/],
  [{ PENNYBLACK_SMTP_PORT: ',' }, /^PENNYBLACK_SMTP_PORT names no port/],
  [{ PENNYBLACK_SMTPS_PORT: '465,2526' }, /^PENNYBLACK_INBOUND_PORT and PENNYBLACK_SMTPS_PORT are both 2526/],
  [{ PENNYBLACK_SMTP_CONNECTIONS: '0' }, /^PENNYBLACK_SMTP_CONNECTIONS must be a whole number of connections/],
  [{ PENNYBLACK_SMTP_CONNECTIONS_PER_ADDRESS: 'x' }, /^PENNYBLACK_SMTP_CONNECTIONS_PER_ADDRESS must be a whole number/],
  [{ PENNYBLACK_SMTP_CONNECTIONS_PER_CREDENTIAL: '-1' }, /^PENNYBLACK_SMTP_CONNECTIONS_PER_CREDENTIAL must be a whole/],
  [{ PENNYBLACK_SMTP_MESSAGE_BYTES: '10MB' }, /^PENNYBLACK_SMTP_MESSAGE_BYTES must be a whole number of bytes/],
  [{ PENNYBLACK_SMTP_CHALLENGE_AUTH: 'on or off' }, /^PENNYBLACK_SMTP_CHALLENGE_AUTH must be true or false/],
  [{ PENNYBLACK_INBOUND_PORT: '99999' }, /^PENNYBLACK_INBOUND_PORT must be/],
  [{ PENNYBLACK_HOST: 'mail.example.com' }, /^PENNYBLACK_HOST must be an IP address of this machine/],
  [{ PENNYBLACK_PUBLIC_URL: 'mail.example.com' }, /^PENNYBLACK_PUBLIC_URL must be a web address/],
  [{ PENNYBLACK_MAIL_HOSTNAME: 'a_b' }, /^PENNYBLACK_MAIL_HOSTNAME must be a host name/],
  [{ PENNYBLACK_INBOUND_DOMAIN: 'localhost' }, /^PENNYBLACK_INBOUND_DOMAIN must be a domain/],
  [{ PENNYBLACK_ACCOUNT_TOKEN: 'short' }, /^PENNYBLACK_ACCOUNT_TOKEN must be a token of 8 to 128 [^"]*\.$/],
  [{ PENNYBLACK_SERVER_TOKEN: 'POSTMARK_API_TEST' }, /^PENNYBLACK_SERVER_TOKEN must be/],
  [
    { PENNYBLACK_ACCOUNT_TOKEN: 'same-token', PENNYBLACK_SERVER_TOKEN: 'SAME-token' },
    /are the same: make them different\.$/,
  ],
  [{ PENNYBLACK_SECRET_KEY: 'tooshort' }, /^PENNYBLACK_SECRET_KEY must be 32 random bytes [^"]*\.$/],
  [{ PENNYBLACK_SECRET_KEY: `${someKey},x` }, /^PENNYBLACK_SECRET_KEY must be/],
  [{ PENNYBLACK_ROUTES: 'example.com' }, /^PENNYBLACK_ROUTES is a list .* pattern=host:port/],
  [{ PENNYBLACK_ROUTES: 'a.example=relay' }, /^PENNYBLACK_ROUTES/],
  [{ PENNYBLACK_ROUTES: 'a.*=capture' }, /^PENNYBLACK_ROUTES/],
  [{ PENNYBLACK_ROUTES: '*=user@relay:25' }, /^PENNYBLACK_ROUTES [^@]*user:password@host:port[^@]*$/],
  [{ PENNYBLACK_ROUTES: '*=u:100%@relay:25' }, /^PENNYBLACK_ROUTES/],
  [{ PENNYBLACK_MX_PORT: '0' }, /^PENNYBLACK_MX_PORT must be/],
  [{ PENNYBLACK_DNS_SERVERS: 'dns.example' }, /^PENNYBLACK_DNS_SERVERS is a list .* must be an IP address/],
  [{ PENNYBLACK_ALLOW_PRIVATE_TARGETS: 'perhaps' }, /^PENNYBLACK_ALLOW_PRIVATE_TARGETS must be true or false/],
  [{ PENNYBLACK_REQUIRE_VERIFIED_SENDERS: '2' }, /^PENNYBLACK_REQUIRE_VERIFIED_SENDERS must be true or false/],
  [{ PENNYBLACK_WEBHOOK_SCHEDULE: 'fast' }, /^PENNYBLACK_WEBHOOK_SCHEDULE must be one of classic, postmark-2026, long/],
  [
    { PENNYBLACK_WEBHOOK_CONNECTIONS: '0' },
    /^PENNYBLACK_WEBHOOK_CONNECTIONS must be a whole number of calls from 1 to 1000/,
  ],
  [{ PENNYBLACK_WEBHOOK_SOURCE_ADDRESS: 'eth0' }, /^PENNYBLACK_WEBHOOK_SOURCE_ADDRESS must be an IP address/],
  [{ PENNYBLACK_TLS_CERT: cert }, /^PENNYBLACK_TLS_CERT is set without PENNYBLACK_TLS_KEY/],
  [{ PENNYBLACK_TLS_KEY: key }, /^PENNYBLACK_TLS_KEY is set without PENNYBLACK_TLS_CERT/],
  [
    { PENNYBLACK_TLS_CERT: '/nowhere/a.crt', PENNYBLACK_TLS_KEY: key },
    /^PENNYBLACK_TLS_CERT names a file that cannot be read/,
  ],
  [{ PENNYBLACK_TLS_CERT: cert, PENNYBLACK_TLS_KEY: otherKey }, /do not make a pair of certificate and key/],
  [{ PENNYBLACK_RETENTION_DAYS: '0' }, /^PENNYBLACK_RETENTION_DAYS must be a whole number of days from 1 to 3650/],
  [{ PENNYBLACK_READ_SECONDS: '61' }, /^PENNYBLACK_READ_SECONDS must be a whole number of seconds from 0 to 60/],
  [{ PENNYBLACK_PARTITION_DAYS: '1000' }, /^PENNYBLACK_PARTITION_DAYS must be a whole number of days from 1 to 90/],
  [
    { PENNYBLACK_INBOUND_ATTACHMENT_URL_BYTES: '-1' },
    /^PENNYBLACK_INBOUND_ATTACHMENT_URL_BYTES must be a whole number/,
  ],
  [{ PENNYBLACK_SPAMD: '783' }, /^PENNYBLACK_SPAMD must be host:port/],
  [{ PENNYBLACK_GEO_DATABASE: '/nowhere/geo.mmdb' }, /^PENNYBLACK_GEO_DATABASE names a file that cannot be read/],
  [{ PENNYBLACK_SMTP_REFUSALS: 'never' }, /^PENNYBLACK_SMTP_REFUSALS must be one of later, in-session/],
  [{ PENNYBLACK_SMTP_CLEARTEXT_AUTH: 'never' }, /^PENNYBLACK_SMTP_CLEARTEXT_AUTH must be true or false/],
  [{ PENNYBLACK_RATE_LIMIT: '-1' }, /^PENNYBLACK_RATE_LIMIT must be 0, or calls per second, minute or hour/],
  [{ PENNYBLACK_RATE_LIMIT: '5/day' }, /^PENNYBLACK_RATE_LIMIT must be 0, or calls per second, minute or hour/],
  [{ PENNYBLACK_ACCOUNT_RATE_LIMIT: '1000001' }, /^PENNYBLACK_ACCOUNT_RATE_LIMIT must be 0, or .* at most 1000000/],
  [{ PENNYBLACK_TRUSTED_PROXIES: '10.0.0.0/99' }, /^PENNYBLACK_TRUSTED_PROXIES is a list .* address range/],
  [{ PENNYBLACK_VERIFIED_DOMAINS: 'a@b.example' }, /^PENNYBLACK_VERIFIED_DOMAINS is a list .* domain/],
  [{ PENNYBLACK_ALLOW_NON_ASCII_MAILBOXES: 'ja' }, /^PENNYBLACK_ALLOW_NON_ASCII_MAILBOXES must be true or false/],
  [{ PENNYBLACK_LOG_LEVEL: 'loud' }, /^PENNYBLACK_LOG_LEVEL must be one of trace, debug, info, warn, error/],
  [{ PENNYBLACK_DATA_REMOVALS: 'maybe' }, /^PENNYBLACK_DATA_REMOVALS must be true or false/],
  [{ PENNYBLACK_LOG_ADDRESSES: 'some' }, /^PENNYBLACK_LOG_ADDRESSES must be true or false/],
  [{ PENNYBLACK_SOURCE_ADDRESS: '1.2.3' }, /^PENNYBLACK_SOURCE_ADDRESS must be an IP address/],
  [{ PENNYBLACK_INBOUND_CONNECTIONS: '0' }, /^PENNYBLACK_INBOUND_CONNECTIONS must be a whole number of connections/],
  [
    { PENNYBLACK_INBOUND_CONNECTIONS_PER_ADDRESS: 'many' },
    /^PENNYBLACK_INBOUND_CONNECTIONS_PER_ADDRESS must be a whole number of connections/,
  ],
  [{ PENNYBLACK_DELIVERY_CONNECTIONS: '0' }, /^PENNYBLACK_DELIVERY_CONNECTIONS must be a whole number of connections/],
  [{ PENNYBLACK_RETRY_SECONDS: '60,soon' }, /^PENNYBLACK_RETRY_SECONDS is a list .* and is "soon"/],
  [{ PENNYBLACK_RETRY_SECONDS: ',' }, /^PENNYBLACK_RETRY_SECONDS names no wait/],
  [{ PENNYBLACK_SMTP_ANSWER_SECONDS: '0' }, /^PENNYBLACK_SMTP_ANSWER_SECONDS must be a whole number of seconds/],
  [{ PENNYBLACK_METRICS_TOKEN: 'short' }, /^PENNYBLACK_METRICS_TOKEN must be 16 or more printable characters\.$/],
  [{ PENNYBLACK_SETTINGS_FILE: '/nowhere/x.env' }, /^PENNYBLACK_SETTINGS_FILE names a file that cannot be read/],
  [{ PENNYBLACK_RETENTION_DAY: '30' }, /did you mean PENNYBLACK_RETENTION_DAYS\?$/],
  [{ PENNYBLACK_DATABASE_URL: 'postgres://x/y' }, /did you mean DATABASE_URL\?$/],
];

for (const [environment, expected] of wrong) {
  test(`refused with one sentence: ${JSON.stringify(environment).slice(0, 90)}`, () => {
    const found = sentences(environment);
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0] ?? '', expected);
  });
}

test('every setting has a wrong value in this table, or takes any value', () => {
  const tried = new Set(wrong.flatMap(([environment]) => Object.keys(environment)));
  const anyValue = ['PENNYBLACK_DATA_DIR'];
  const missing = Object.values(platformSettings).map(each => each.name);
  assert.deepEqual(
    missing.filter(name => !tried.has(name) && !anyValue.includes(name)),
    [],
  );
});

test('every setting has a name that operators recognise, and one sentence', () => {
  for (const { name, sentence, defaultText } of Object.values(platformSettings)) {
    assert.match(name, /^(DATABASE_URL|PENNYBLACK_[A-Z_]+)$/);
    assert.match(sentence, /^[A-Z].*\.$/, name);
    assert.notEqual(defaultText, '', name);
  }
});
