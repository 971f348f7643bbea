import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import { createSeededRandom } from '@pennyblack/runtime/random.ts';
import { type DnsServer, type DnsZones, startDnsServer } from '../../../../../tools/fake-world/dns-server.ts';
import { createDnsResolver } from './dns-resolver.ts';
import {
  createMailHostFinder,
  type MailHostFinder,
  type MailHostFinderOptions,
  orderMailHosts,
} from './find-mail-hosts.ts';
import type { StsPolicy } from './mta-sts.ts';

async function withFinder(
  zones: DnsZones,
  work: (finder: MailHostFinder, server: DnsServer) => Promise<void>,
  options: Partial<MailHostFinderOptions> = {},
  timeoutInMilliseconds = 2_000,
): Promise<void> {
  const server = await startDnsServer(zones);
  const clock = createSetClock(new Date('2026-03-01T00:00:00Z'));
  const resolver = createDnsResolver({ servers: [server.address], clock, timeoutInMilliseconds, tries: 1 });
  try {
    const ownHostNames = ['mail.pennyblack.test'];
    await work(createMailHostFinder({ resolver, random: createSeededRandom(1), ownHostNames, ...options }), server);
  } finally {
    await server.close();
  }
}

const names = (found: Awaited<ReturnType<MailHostFinder['findMailHosts']>>) =>
  found.kind === 'hosts' ? found.hosts.map(each => each.name) : found;

test('hosts come by preference, and two domains with the same hosts share a key', () =>
  withFinder(
    {
      'one.example': {
        MX: [
          { exchange: 'mx2.example', preference: 20 },
          { exchange: 'MX1.example', preference: 10 },
        ],
      },
      'two.example': {
        MX: [
          { exchange: 'mx1.example', preference: 5 },
          { exchange: 'mx2.example', preference: 5 },
        ],
      },
    },
    async finder => {
      const one = await finder.findMailHosts('One.Example.');
      assert.deepEqual(names(one), ['mx1.example', 'mx2.example']);
      const two = await finder.findMailHosts('two.example');
      assert.equal(one.kind === 'hosts' && one.key, 'mx1.example,mx2.example');
      assert.equal(two.kind === 'hosts' && two.key, 'mx1.example,mx2.example');
    },
  ));

test('hosts of the same preference are drawn by lot, a host named twice is tried once', () => {
  const records = ['a', 'b', 'c'].map(exchange => ({ exchange, preference: 10 }));
  const again = { exchange: 'a', preference: 30 };
  const firsts = new Set<string | undefined>();
  for (let seed = 0; seed < 40; seed += 1) {
    const order = orderMailHosts([...records, again], createSeededRandom(seed));
    assert.deepEqual(order.map(each => each.name).sort(), ['a', 'b', 'c']);
    firsts.add(order[0]?.name);
  }
  assert.equal(firsts.size, 3);
});

test('a domain without MX is its own host, by IPv4 or IPv6 alone', () =>
  withFinder(
    { 'four.example': { A: ['192.0.2.1'] }, 'six.example': { AAAA: ['2001:db8::1'] }, 'none.example': { TXT: ['x'] } },
    async finder => {
      assert.deepEqual(await finder.findMailHosts('four.example'), {
        kind: 'hosts',
        key: 'four.example',
        hosts: [{ name: 'four.example', preference: 0 }],
      });
      assert.deepEqual(names(await finder.findMailHosts('six.example')), ['six.example']);
      assert.deepEqual(await finder.findMailHosts('none.example'), {
        kind: 'not_found',
        reason: 'none.example has no mail server',
      });
    },
  ));

test('a null MX takes no mail, and the address of the domain is not tried', () =>
  withFinder({ 'null.example': { MX: [{ exchange: '.', preference: 0 }], A: ['192.0.2.1'] } }, async finder => {
    assert.deepEqual(await finder.findMailHosts('null.example'), { kind: 'no_mail' });
  }));

test('a domain that does not exist is not found; a DNS that fails may work later', () =>
  withFinder(
    {
      'broken.example': 'servfail',
      'silent.example': 'timeout',
      'half.example': { A: 'servfail', AAAA: 'nodata' },
    },
    async finder => {
      assert.deepEqual(await finder.findMailHosts('missing.example'), {
        kind: 'not_found',
        reason: 'missing.example does not exist',
      });
      for (const domain of ['broken.example', 'silent.example', 'half.example']) {
        assert.equal((await finder.findMailHosts(domain)).kind, 'temporary', domain);
      }
    },
    {},
    40,
  ));

test('an internationalised domain is looked up by its A-labels', () =>
  withFinder(
    { 'xn--bcher-kva.example': { MX: [{ exchange: 'mx.example', preference: 1 }] } },
    async (finder, server) => {
      assert.deepEqual(names(await finder.findMailHosts('BÜCHER.example')), ['mx.example']);
      assert.equal(server.queries[0]?.name, 'xn--bcher-kva.example');
    },
  ));

test('we and everything behind us are left out; alone in front, mail would loop', () =>
  withFinder(
    {
      'backup.example': {
        MX: [
          { exchange: 'first.example', preference: 10 },
          { exchange: 'mail.pennyblack.test', preference: 20 },
          { exchange: 'equal.example', preference: 20 },
          { exchange: 'worse.example', preference: 30 },
        ],
      },
      'ours.example': {
        MX: [
          { exchange: 'MAIL.pennyblack.test', preference: 10 },
          { exchange: 'other.example', preference: 10 },
        ],
      },
      'mail.pennyblack.test': { A: ['192.0.2.1'] },
    },
    async finder => {
      assert.deepEqual(names(await finder.findMailHosts('backup.example')), ['first.example']);
      for (const domain of ['ours.example', 'mail.pennyblack.test']) {
        const found = await finder.findMailHosts(domain);
        assert.ok(found.kind === 'not_found' && found.reason.includes('loops back to myself'), domain);
      }
    },
  ));

test('MX records that name no host are passed over', () =>
  withFinder(
    {
      'odd.example': {
        MX: [
          { exchange: '192.0.2.1', preference: 1 },
          { exchange: 'bad name.example', preference: 2 },
          { exchange: 'ok.example', preference: 3 },
        ],
      },
      'only.example': { MX: [{ exchange: '192.0.2.1', preference: 1 }] },
    },
    async finder => {
      assert.deepEqual(names(await finder.findMailHosts('odd.example')), ['ok.example']);
      assert.equal((await finder.findMailHosts('only.example')).kind, 'not_found');
    },
  ));

test('what is no domain is not found, and nobody is asked', () =>
  withFinder({}, async (finder, server) => {
    for (const text of ['', 'localhost', '[192.0.2.1]', '192.0.2.1', 'a b.example', 'a..example']) {
      assert.equal((await finder.findMailHosts(text)).kind, 'not_found', text);
    }
    assert.equal(server.queries.length, 0);
  }));

test('addresses of both families come in turns, through aliases too', () =>
  withFinder(
    {
      'mx.example': { A: ['192.0.2.1', '192.0.2.2'], AAAA: ['2001:db8::1'] },
      'alias.example': { CNAME: 'mx.example' },
      'half.example': { A: ['192.0.2.1'], AAAA: 'servfail' },
      'broken.example': { A: 'nodata', AAAA: 'servfail' },
    },
    async finder => {
      const expected = { kind: 'addresses', addresses: ['2001:db8::1', '192.0.2.1', '192.0.2.2'] };
      assert.deepEqual(await finder.addressesOf('mx.example'), expected);
      assert.deepEqual(await finder.addressesOf('alias.example'), expected);
      assert.deepEqual(await finder.addressesOf('half.example'), { kind: 'addresses', addresses: ['192.0.2.1'] });
      assert.equal((await finder.addressesOf('broken.example')).kind, 'temporary');
      assert.equal((await finder.addressesOf('missing.example')).kind, 'not_found');
    },
  ));

test('addresses that may not be connected to are left out', () =>
  withFinder(
    { 'mx.example': { A: ['127.0.0.1', '192.0.2.1'] }, 'inside.example': { A: ['127.0.0.1'] } },
    async finder => {
      assert.deepEqual(await finder.addressesOf('mx.example'), { kind: 'addresses', addresses: ['192.0.2.1'] });
      assert.equal((await finder.addressesOf('inside.example')).kind, 'not_found');
    },
    { acceptsAddress: address => !address.startsWith('127.') },
  ));

test('an enforced policy keeps only the hosts that it names; in testing mode nothing changes', async () => {
  const policy: StsPolicy = { id: '1', mode: 'enforce', mx: ['*.good.example'], expiresAt: new Date(0) };
  const policies: Record<string, StsPolicy> = {
    'enforced.example': policy,
    'hijacked.example': policy,
    'testing.example': { ...policy, mode: 'testing' },
  };
  const mixed = [
    { exchange: 'mx.evil.example', preference: 1 },
    { exchange: 'mx.good.example', preference: 2 },
  ];
  await withFinder(
    {
      'enforced.example': { MX: mixed },
      'testing.example': { MX: mixed },
      'hijacked.example': { MX: [{ exchange: 'mx.evil.example', preference: 1 }] },
    },
    async finder => {
      const enforced = await finder.findMailHosts('enforced.example');
      assert.deepEqual(names(enforced), ['mx.good.example']);
      assert.equal(enforced.kind === 'hosts' && enforced.securedBy, policy);
      const testing = await finder.findMailHosts('testing.example');
      assert.deepEqual(names(testing), ['mx.evil.example', 'mx.good.example']);
      assert.equal(testing.kind === 'hosts' && testing.securedBy, undefined);
      assert.equal(enforced.kind === 'hosts' && testing.kind === 'hosts' && enforced.key === testing.key, true);
      assert.equal((await finder.findMailHosts('hijacked.example')).kind, 'temporary');
    },
    { stsPolicies: { policyFor: async domain => policies[domain] } },
  );
});
