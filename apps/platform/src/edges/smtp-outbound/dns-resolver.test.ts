import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import {
  type DnsServer,
  type DnsServerOptions,
  type DnsZones,
  startDnsServer,
} from '../../../../../tools/fake-world/dns-server.ts';
import { createDnsResolver, type DnsResolver, type DnsResolverOptions } from './dns-resolver.ts';
import { chooseDnsServers, readDnsServerAddress } from './dns-servers.ts';

const start = new Date('2026-03-01T00:00:00Z');

async function withDns(
  zones: DnsZones,
  work: (resolver: DnsResolver, server: DnsServer, clock: ReturnType<typeof createSetClock>) => Promise<void>,
  options: Partial<DnsResolverOptions> & DnsServerOptions = {},
): Promise<void> {
  const server = await startDnsServer(zones, options);
  const clock = createSetClock(start);
  try {
    const shared = { servers: [server.address], clock, timeoutInMilliseconds: 2_000, tries: 2 };
    await work(createDnsResolver({ ...shared, ...options }), server, clock);
  } finally {
    await server.close();
  }
}

test('every type of record is read, with its TTL', () =>
  withDns(
    {
      'example.com': {
        MX: [{ exchange: 'MX.Example.com', preference: 10 }],
        A: ['192.0.2.1', '192.0.2.2'],
        AAAA: ['2001:db8::1'],
        TXT: [`v=DKIM1; ${'x'.repeat(300)}`, 'other'],
        ttl: 77,
      },
      'null.example.com': { MX: [{ exchange: '.', preference: 0 }] },
      'alias.example.com': { CNAME: 'example.com' },
    },
    async resolver => {
      const mx = await resolver.lookUp('Example.COM.', 'MX');
      assert.deepEqual(mx, { kind: 'records', records: [{ exchange: 'mx.example.com', preference: 10 }], ttl: 77 });
      assert.deepEqual(await resolver.lookUp('example.com', 'A'), {
        kind: 'records',
        records: ['192.0.2.1', '192.0.2.2'],
        ttl: 77,
      });
      assert.deepEqual(await resolver.lookUp('example.com', 'AAAA'), {
        kind: 'records',
        records: ['2001:db8::1'],
        ttl: 77,
      });
      const txt = await resolver.lookUp('example.com', 'TXT');
      assert.deepEqual(txt.kind === 'records' && txt.records, [`v=DKIM1; ${'x'.repeat(300)}`, 'other']);
      const nullMx = await resolver.lookUp('null.example.com', 'MX');
      assert.deepEqual(nullMx.kind === 'records' && nullMx.records, [{ exchange: '.', preference: 0 }]);
      const alias = await resolver.lookUp('alias.example.com', 'CNAME');
      assert.deepEqual(alias.kind === 'records' && alias.records, ['example.com']);
    },
  ));

test('a name that does not exist, a type that it lacks, and a failing server are three answers', () =>
  withDns(
    { 'example.com': { A: ['192.0.2.1'] }, 'broken.example.com': 'servfail', 'shut.example.com': 'refuse' },
    async resolver => {
      assert.deepEqual(await resolver.lookUp('missing.example.com', 'MX'), { kind: 'no_such_domain' });
      assert.deepEqual(await resolver.lookUp('example.com', 'MX'), { kind: 'no_records' });
      const broken = await resolver.lookUp('broken.example.com', 'MX');
      assert.ok(broken.kind === 'temporary' && broken.reason.includes('SERVFAIL'));
      const shut = await resolver.lookUp('shut.example.com', 'MX');
      assert.ok(shut.kind === 'temporary' && shut.reason.includes('REFUSED'));
    },
  ));

test('a server that stays silent is a temporary failure after all tries', () =>
  withDns(
    { 'silent.example.com': 'timeout' },
    async (resolver, server) => {
      const answer = await resolver.lookUp('silent.example.com', 'A');
      assert.ok(answer.kind === 'temporary' && answer.reason.includes('timeout'));
      // On a busy machine the time of the last try may be over before its packet is read.
      while (server.queries.length < 2) await new Promise(setImmediate);
      assert.equal(server.queries.length, 2);
    },
    { timeoutInMilliseconds: 40 },
  ));

test('an answer cut short comes again over TCP', () =>
  withDns({ 'long.example.com': { TXT: ['whole'], truncated: true } }, async (resolver, server) => {
    const answer = await resolver.lookUp('long.example.com', 'TXT');
    assert.deepEqual(answer.kind === 'records' && answer.records, ['whole']);
    assert.deepEqual(
      server.queries.map(each => each.transport),
      ['udp', 'tcp'],
    );
  }));

test('the second server is asked when the first fails, and first from then on', async () => {
  const bad = await startDnsServer({ 'a.example.com': 'servfail', 'b.example.com': 'servfail' });
  const good = await startDnsServer({ 'a.example.com': { A: ['192.0.2.1'] }, 'b.example.com': { A: ['192.0.2.2'] } });
  const resolver = createDnsResolver({
    servers: [bad.address, good.address],
    clock: createSetClock(start),
    timeoutInMilliseconds: 2_000,
    tries: 1,
  });
  assert.equal((await resolver.lookUp('a.example.com', 'A')).kind, 'records');
  assert.equal((await resolver.lookUp('b.example.com', 'A')).kind, 'records');
  assert.deepEqual([bad.queries.length, good.queries.length], [1, 2]);
  await Promise.all([bad.close(), good.close()]);
});

test('a server that is not there is passed over at once', () =>
  withDns({ 'example.com': { A: ['192.0.2.1'] } }, async (_, server) => {
    const gone = await startDnsServer({});
    await gone.close();
    const resolver = createDnsResolver({
      servers: [gone.address, server.address],
      clock: createSetClock(start),
      tries: 1,
    });
    assert.equal((await resolver.lookUp('example.com', 'A')).kind, 'records');
  }));

for (const forgedFirst of ['id', 'question', 'garbage'] as const) {
  test(`a forged answer with a wrong ${forgedFirst} is passed over`, () =>
    withDns({ 'example.com': { A: ['192.0.2.1'], forgedFirst } }, async resolver => {
      const answer = await resolver.lookUp('example.com', 'A');
      assert.deepEqual(answer.kind === 'records' && answer.records, ['192.0.2.1']);
    }));
}

test('aliases are followed, whether the server sends the whole chain or one step', () =>
  withDns(
    {
      'whole.example.com': { CNAME: 'middle.example.com', ttl: 20 },
      'middle.example.com': { CNAME: 'end.example.com', ttl: 900 },
      'step.example.com': { CNAME: 'middle.example.com', cnameOnly: true, ttl: 30 },
      'dangling.example.com': { CNAME: 'nowhere.example.net' },
      'empty.example.com': { CNAME: 'end.example.com' },
      'end.example.com': { A: ['192.0.2.1'], ttl: 900 },
    },
    async resolver => {
      const expected = { kind: 'records', records: ['192.0.2.1'] };
      assert.deepEqual(await resolver.lookUp('whole.example.com', 'A'), { ...expected, ttl: 20 });
      assert.deepEqual(await resolver.lookUp('step.example.com', 'A'), { ...expected, ttl: 30 });
      assert.deepEqual(await resolver.lookUp('dangling.example.com', 'A'), { kind: 'no_such_domain' });
      assert.deepEqual(await resolver.lookUp('empty.example.com', 'MX'), { kind: 'no_records' });
    },
  ));

test('a loop of aliases ends as a temporary failure, in one answer or in many', () =>
  withDns(
    {
      'a.example.com': { CNAME: 'b.example.com' },
      'b.example.com': { CNAME: 'a.example.com' },
      'c.example.com': { CNAME: 'd.example.com', cnameOnly: true },
      'd.example.com': { CNAME: 'c.example.com', cnameOnly: true },
    },
    async (resolver, server) => {
      for (const name of ['a.example.com', 'c.example.com']) {
        const answer = await resolver.lookUp(name, 'MX');
        assert.ok(answer.kind === 'temporary' && answer.reason.includes('CNAME'), name);
      }
      assert.ok(server.queries.length < 20, 'the loop is cut');
    },
  ));

test('answers are kept for their TTL, at least 5 s and at most an hour', () =>
  withDns(
    { 'short.example.com': { A: ['192.0.2.1'], ttl: 0 }, 'long.example.com': { A: ['192.0.2.1'], ttl: 900_000 } },
    async (resolver, server, clock) => {
      const asked = () => server.queries.length;
      await resolver.lookUp('short.example.com', 'A');
      await resolver.lookUp('long.example.com', 'A');
      clock.advance(4_999);
      await resolver.lookUp('short.example.com', 'A');
      assert.equal(asked(), 2);
      clock.advance(2);
      await resolver.lookUp('short.example.com', 'A');
      assert.equal(asked(), 3);
      clock.advance(3_594_998);
      assert.deepEqual(await resolver.lookUp('long.example.com', 'A'), {
        kind: 'records',
        records: ['192.0.2.1'],
        ttl: 1,
      });
      assert.equal(asked(), 3);
      clock.advance(2);
      await resolver.lookUp('long.example.com', 'A');
      assert.equal(asked(), 4);
    },
  ));

test('"no such name" is kept as its zone says but 5 minutes at most, a failure for 5 s', () =>
  withDns(
    { 'broken.example.com': 'servfail' },
    async (resolver, server, clock) => {
      await resolver.lookUp('missing.example.com', 'A');
      await resolver.lookUp('broken.example.com', 'A');
      const asked = server.queries.length;
      clock.advance(4_999);
      await resolver.lookUp('broken.example.com', 'A');
      assert.equal(server.queries.length, asked);
      clock.advance(294_000);
      await resolver.lookUp('missing.example.com', 'A');
      assert.equal(server.queries.length, asked);
      clock.advance(1_002);
      await resolver.lookUp('missing.example.com', 'A');
      await resolver.lookUp('broken.example.com', 'A');
      assert.equal(server.queries.length, asked + 3);
    },
    { negativeTtl: 86_400 },
  ));

test('the same question asked a hundred times at once goes out once', () =>
  withDns({ 'example.com': { A: ['192.0.2.1'] } }, async (resolver, server) => {
    await Promise.all(Array.from({ length: 100 }, () => resolver.lookUp('example.com', 'A')));
    assert.equal(server.queries.length, 1);
  }));

test('many different questions wait for their turn and are all answered', () =>
  withDns(
    { '*.example.com': { A: ['192.0.2.1'] } },
    async resolver => {
      const names = Array.from({ length: 60 }, (_, index) => `n${index}.example.com`);
      const answers = await Promise.all(names.map(name => resolver.lookUp(name, 'A')));
      assert.ok(answers.every(answer => answer.kind === 'records'));
    },
    { questionsInFlightMax: 3, timeoutInMilliseconds: 2000 },
  ));

test('the cache forgets its oldest entry rather than grow', () =>
  withDns(
    { '*.example.com': { A: ['192.0.2.1'] } },
    async (resolver, server) => {
      for (const name of ['a', 'b', 'c']) await resolver.lookUp(`${name}.example.com`, 'A');
      await resolver.lookUp('c.example.com', 'A');
      assert.equal(server.queries.length, 3);
      await resolver.lookUp('a.example.com', 'A');
      assert.equal(server.queries.length, 4);
    },
    { cacheEntriesMax: 2 },
  ));

test('a name that does not fit into a question does not exist, and nobody is asked', () =>
  withDns({}, async (resolver, server) => {
    for (const name of ['', '.', 'a..b', `${'x'.repeat(64)}.example.com`, `${'x.'.repeat(130)}com`]) {
      assert.deepEqual(await resolver.lookUp(name, 'A'), { kind: 'no_such_domain' }, name);
    }
    assert.equal(server.queries.length, 0);
  }));

test('addresses of servers are read with and without a port', () => {
  assert.deepEqual(readDnsServerAddress('192.0.2.1:5353'), { ip: '192.0.2.1', port: 5353 });
  assert.deepEqual(readDnsServerAddress('192.0.2.1'), { ip: '192.0.2.1', port: 53 });
  assert.deepEqual(readDnsServerAddress('2001:db8::1'), { ip: '2001:db8::1', port: 53 });
  assert.deepEqual(readDnsServerAddress('[2001:db8::1]:54'), { ip: '2001:db8::1', port: 54 });
  for (const wrong of ['', 'dns.example.com', '192.0.2.1:0', '192.0.2.1:99999', '300.1.1.1']) {
    assert.equal(readDnsServerAddress(wrong), undefined, wrong);
  }
  assert.throws(() => chooseDnsServers(['nonsense']), /not the address of a DNS server/);
});
