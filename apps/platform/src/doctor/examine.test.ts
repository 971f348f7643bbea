// The doctor against real DNS packets, real ports, real certificates and a real database.

import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { createSetClock, systemClock } from '@pennyblack/runtime/clock.ts';
import { makeCertificate } from '../../../../tools/fake-world/certificates.ts';
import { type DnsZones, startDnsServer } from '../../../../tools/fake-world/dns-server.ts';
import { startMailSink } from '../../../../tools/fake-world/mail-sink.ts';
import { loadSettings } from '../config.ts';
import { checkSecret } from '../features/accounts/check-secret.ts';
import { testDatabase } from '../testing/test-database.ts';
import { testKeyRing } from '../testing/test-world.ts';
import { reverseName } from './check-dns.ts';
import { relayOf } from './check-egress.ts';
import { checkDisk } from './check-machine.ts';
import { examine } from './examine.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'doctor-'));
const sink = await startMailSink();
const hostname = 'post.shop.test';
const ptrName = reverseName('192.0.2.7');
const healthyZones: DnsZones = {
  [hostname]: {
    A: ['192.0.2.7'],
    TXT: ['v=spf1 a -all', 'something else'],
    MX: [{ exchange: hostname, preference: 10 }],
  },
  [ptrName]: { PTR: [hostname] },
  'gmail.com': { MX: [{ exchange: 'mx.gmail.test', preference: 5 }] },
  'mx.gmail.test': { A: [sink.host] },
};
const dns = await startDnsServer(healthyZones);
const { database, connectionString } = await testDatabase();
await checkSecret(database.accept, testKeyRing, new Date());
const keyText = Buffer.alloc(32, 7).toString('base64');
after(async () => {
  await Promise.all([dns.close(), sink.close()]);
  await rm(folder, { recursive: true });
});

const healthy = {
  DATABASE_URL: connectionString,
  PENNYBLACK_SECRET_KEY: keyText,
  PENNYBLACK_DATA_DIR: path.join(folder, 'data'),
  PENNYBLACK_HTTP_PORT: '0',
  PENNYBLACK_SMTP_PORT: '0',
  PENNYBLACK_INBOUND_PORT: '0',
  PENNYBLACK_MAIL_HOSTNAME: hostname,
  PENNYBLACK_DNS_SERVERS: dns.address,
  PENNYBLACK_PUBLIC_URL: 'https://mail.shop.test',
};

const egress = { host: sink.host, port: sink.port };
const target = (text: string | undefined) => {
  const [host = '', port] = (text ?? '').split(':');
  return text === undefined ? egress : { host, port: Number(port) };
};

async function look(settings: Record<string, string> = {}, more: { egress?: string; now?: Date } = {}) {
  const environment = { ...healthy, ...settings };
  const clock = more.now ? createSetClock(more.now) : systemClock;
  const findings = await examine(() => loadSettings(environment), clock, target(more.egress));
  for (const { state, fix, about } of findings) assert.equal(fix !== undefined, state !== 'ok', `${about} and its fix`);
  return {
    findings,
    /** `state text` of what was found about one thing. */
    of: (about: string) =>
      findings
        .filter(each => each.about === about)
        .map(each => `${each.state} ${each.text}`)
        .join('\n'),
    failures: findings.filter(each => each.state === 'fail').map(each => each.about),
  };
}

/** Changes zones for one test. */
async function withZones(zones: DnsZones, work: () => Promise<void>): Promise<void> {
  for (const [name, entry] of Object.entries(zones)) dns.set(name, '*', entry as never);
  try {
    await work();
  } finally {
    for (const name of Object.keys(zones)) dns.set(name, '*', (healthyZones[name] ?? 'nxdomain') as never);
  }
}

test('where everything is right everything is ok, and nothing is made', async () => {
  const { findings } = await look();
  assert.deepEqual(
    findings.filter(each => each.state !== 'ok' && each.about !== 'disk'),
    [],
  );
  for (const about of [
    'settings',
    'database',
    'clock',
    'key of data',
    'host name',
    'PTR',
    'SPF',
    'bounces',
    'egress',
    'certificate',
  ])
    assert.ok(
      findings.some(each => each.about === about),
      about,
    );
  assert.deepEqual(await readdir(folder), []);
});

test('before the first start nothing is missing, and still nothing is made', async () => {
  const { DATABASE_URL, PENNYBLACK_SECRET_KEY, ...embedded } = healthy;
  const findings = await examine(() => loadSettings(embedded), systemClock, egress);
  assert.deepEqual(
    findings.filter(each => each.state === 'fail'),
    [],
  );
  assert.deepEqual(await readdir(folder), []);
});

test('wrong settings are told, each with its sentence, and nothing else is looked at', async () => {
  const { findings } = await look({ PENNYBLACK_HTTP_PORT: 'x', PENNYBLACK_RETENTION_DAYS: 'long' });
  assert.deepEqual(
    findings.map(each => [each.about, each.state]),
    [
      ['settings', 'fail'],
      ['settings', 'fail'],
    ],
  );
});

test('a host name without an address is a failure; not where a relay does the delivering', async () => {
  await withZones({ [hostname]: 'nxdomain' }, async () => {
    assert.match((await look()).of('host name'), /^fail post.shop.test has no address/);
    const relayed = await look({ PENNYBLACK_ROUTES: `*=user:secret@${sink.host}:${sink.port}` });
    assert.match(relayed.of('host name'), /^warn/);
    assert.deepEqual(relayed.failures, []);
  });
});

test('name servers that do not answer are told from names that do not exist', async () => {
  await withZones({ [hostname]: 'servfail' }, async () => {
    assert.match((await look()).of('DNS'), /^fail The name servers do not answer/);
  });
});

test('a PTR that is missing, leads elsewhere, or has another name', async () => {
  await withZones({ [ptrName]: 'nxdomain' }, async () => {
    assert.match((await look()).of('PTR'), /^fail 192.0.2.7 has no PTR/);
  });
  await withZones({ [ptrName]: { PTR: ['host-7.provider.test'] } }, async () => {
    assert.match((await look()).of('PTR'), /^fail .*does not lead back/);
  });
  await withZones({ [ptrName]: { PTR: ['other.shop.test'] }, 'other.shop.test': { A: ['192.0.2.7'] } }, async () => {
    assert.match((await look()).of('PTR'), /^warn 192.0.2.7 is other.shop.test, and EHLO says post.shop.test/);
  });
});

test('the address that mail leaves from is the one that is looked up', async () => {
  assert.match((await look({ PENNYBLACK_SOURCE_ADDRESS: '127.0.0.9' })).of('PTR'), /^fail 127.0.0.9 has no PTR/);
});

test('no SPF record is a warning, two are an error, and a null MX is told', async () => {
  const base = { A: ['192.0.2.7'] };
  await withZones({ [hostname]: base }, async () => {
    const { of } = await look();
    assert.match(of('SPF'), /^warn/);
    assert.match(of('bounces'), /^ok .*no MX; bounces go to 192.0.2.7/);
  });
  await withZones(
    { [hostname]: { ...base, TXT: ['v=spf1 a -all', 'v=spf1 -all'], MX: [{ exchange: '.', preference: 0 }] } },
    async () => {
      const { of } = await look();
      assert.match(of('SPF'), /^fail .* 2 SPF records/);
      assert.match(of('bounces'), /^warn .*takes no mail/);
    },
  );
});

test('a closed way out is a failure; a server that refuses us is a warning with its words; a large receiver is found by MX', async t => {
  assert.match(
    (await look({}, { egress: '127.0.0.1:1' })).of('egress'),
    /^fail 127.0.0.1:1 cannot be reached: .*ECONNREFUSED/,
  );
  const server = createServer(socket => socket.end('554 5.7.1 you are on a list\r\n'));
  const silent = createServer(socket => socket.end());
  t.after(() => [server.close(), silent.close()]);
  for (const each of [server, silent]) await new Promise<void>(resolve => each.listen(0, '127.0.0.1', resolve));
  const portOf = (each: typeof server) => (each.address() as { port: number }).port;
  assert.match((await look({}, { egress: `127.0.0.1:${portOf(server)}` })).of('egress'), /^warn .*you are on a list/);
  assert.match((await look({}, { egress: `127.0.0.1:${portOf(silent)}` })).of('egress'), /^fail .*without a word/);
  const findings = await examine(
    () => loadSettings({ ...healthy, PENNYBLACK_MX_PORT: String(sink.port) }),
    systemClock,
    undefined,
  );
  assert.match(findings.find(each => each.about === 'egress')?.text ?? '', /^mx\.gmail\.test:\d+ answers: 220/);
  await withZones({ 'mx.gmail.test': 'nxdomain' }, async () => {
    const lost = await examine(() => loadSettings(healthy), systemClock, undefined);
    assert.match(lost.find(each => each.about === 'egress')?.text ?? '', /cannot be reached: .*has no address/);
  });
});

test('a relay is what is tried where everything goes through one; captured mail needs no way out', () => {
  const routes = (text: string) => relayOf(loadSettings({ ...healthy, PENNYBLACK_ROUTES: text }));
  assert.deepEqual(routes('shop.test=capture,*=relay.test:587'), { host: 'relay.test', port: 587 });
  assert.equal(routes('*=capture'), 'capture');
  assert.equal(routes('shop.test=capture'), undefined);
});

test('a port in use is a failure, unless Pennyblack itself has it', async t => {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  server.on('connection', socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'));
  const { port } = server.address() as { port: number };
  assert.match(
    (await look({ PENNYBLACK_HTTP_PORT: String(port) })).of('HTTP port'),
    /^fail .*in use by another program/,
  );
  server.removeAllListeners('connection');
  server.on('connection', socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n{"Status":"live"}'));
  assert.match((await look({ PENNYBLACK_HTTP_PORT: String(port) })).of('HTTP port'), /^ok .*it is running/);
});

test('a database that is away, was used by a newer version, has another key, or a clock that is off', async () => {
  const away = new URL(connectionString);
  away.port = '1';
  assert.match((await look({ DATABASE_URL: away.href })).of('database'), /^fail/);
  assert.match(
    (await look({ PENNYBLACK_SECRET_KEY: Buffer.alloc(32, 8).toString('base64') })).of('key of data'),
    /^fail/,
  );
  assert.match((await look({}, { now: new Date(Date.now() + 60_000) })).of('clock'), /^fail .*(5\d|60)\.\d s apart/);
  await database.accept.query`insert into schema_migrations (name, run_on) values ('209901010000-future', now())`;
  assert.match((await look()).of('database'), /^fail .*newer version of Pennyblack, which made 209901010000-future/);
  await database.accept
    .query`delete from schema_migrations where name in ('209901010000-future', '202611260264-data-removals-create')`;
  assert.match((await look()).of('database'), /^warn .*1 changes of this version are not made yet/);
});

test('a certificate that has run out, runs out soon, or is for another name', async () => {
  const certFile = path.join(folder, 'cert.pem');
  const keyFile = path.join(folder, 'key.pem');
  const install = async (name: string, expired: boolean) => {
    const { cert, key } = await makeCertificate(name, { expired });
    await writeFile(certFile, cert);
    await writeFile(keyFile, key);
  };
  const files = { PENNYBLACK_TLS_CERT: certFile, PENNYBLACK_TLS_KEY: keyFile };
  await install('mail.shop.test', true);
  assert.match((await look(files)).of('certificate'), /^fail .*ran out/);
  await install('mail.shop.test', false);
  assert.match((await look(files)).of('certificate'), /^warn .*runs out in \d+ days/);
  // The certificate of the tests lasts a day; seen from three weeks before its end it is good.
  const early = { now: new Date(Date.now() - 20 * 86_400_000) };
  assert.match((await look(files, early)).of('certificate'), /^ok .*good for 2\d days/);
  await install('other.shop.test', false);
  assert.match((await look(files, early)).of('certificate'), /^fail .*is not for mail.shop.test/);
  assert.match((await look({ PENNYBLACK_PUBLIC_URL: '' })).of('certificate'), /^warn None/);
  await rm(certFile);
  await rm(keyFile);
});

test('a key file that others may read, or that is gone although there is a database, is a failure', async () => {
  const dataFolder = path.join(folder, 'with-key');
  await mkdir(path.join(dataFolder, 'postgres'), { recursive: true });
  await writeFile(path.join(dataFolder, 'postgres', 'PG_VERSION'), '18\n');
  const { DATABASE_URL, PENNYBLACK_SECRET_KEY, ...rest } = healthy;
  const environment = { ...rest, PENNYBLACK_DATA_DIR: dataFolder };
  const lookEmbedded = async (about: string) => {
    const findings = await examine(() => loadSettings(environment), systemClock, egress);
    const found = findings.find(each => each.about === about);
    return `${found?.state} ${found?.text}`;
  };
  assert.match(await lookEmbedded('secret key'), /^fail .*is missing/);
  assert.match(await lookEmbedded('database'), /^warn .*is not running/);
  const keyFile = path.join(dataFolder, 'secret-key');
  await writeFile(keyFile, keyText, { mode: 0o644 });
  assert.match(await lookEmbedded('secret key'), /^fail .*can be read by other users/);
  await chmod(keyFile, 0o600);
  assert.match(await lookEmbedded('secret key'), /^ok/);
  await rm(dataFolder, { recursive: true });
});

test('little room on the disk is a warning, then a failure', async () => {
  const where = { dataFolder: path.join(folder, 'not', 'there', 'yet'), databaseUrl: undefined };
  const states = [
    { fail: 0, warn: 0 },
    { fail: 0, warn: Number.MAX_SAFE_INTEGER },
    { fail: Number.MAX_SAFE_INTEGER, warn: Number.MAX_SAFE_INTEGER },
  ].map(async minimum => (await checkDisk(where, minimum)).state);
  assert.deepEqual(await Promise.all(states), ['ok', 'warn', 'fail']);
});

test('addresses are turned around as the PTR wants them', () => {
  assert.equal(reverseName('192.0.2.7'), '7.2.0.192.in-addr.arpa');
  const zeros = (count: number) => '0.'.repeat(count);
  assert.equal(reverseName('2001:DB8::1'), `1.${zeros(23)}8.b.d.0.1.0.0.2.ip6.arpa`);
  assert.equal(reverseName('::1'), `1.${zeros(31)}ip6.arpa`);
  assert.equal(reverseName('2001:db8:1:2:3:4:5:6'), reverseName('2001:0db8:0001:0002:0003:0004:0005:0006'));
});
