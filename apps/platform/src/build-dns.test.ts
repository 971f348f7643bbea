// The DNS port of domains against a real DNS server.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { systemClock } from '@pennyblack/runtime/clock.ts';
import { startDnsServer } from '../../../tools/fake-world/dns-server.ts';
import { createDnsLookUp, domainHostsOf } from './build-dns.ts';

const long = `k=rsa; p=${'A'.repeat(400)}`;
const dns = await startDnsServer({
  'split.test': { TXT: [long, 'second'] },
  'alias.test': { CNAME: 'split.test' },
  'cut.test': { TXT: [long], truncated: true },
  'nodata.test': { A: ['127.0.0.1'] },
  'broken.test': 'servfail',
  'refused.test': 'refuse',
  'late.test': 'nxdomain',
});
after(() => dns.close());
const [host = '', port = ''] = dns.address.split(':');
const lookUp = createDnsLookUp({ dnsServers: [{ host, port: Number(port) }] }, systemClock);

test('TXT records come whole, through aliases and over TCP; a CNAME is one step', async () => {
  assert.deepEqual(await lookUp('split.test', 'TXT'), { kind: 'records', records: [long, 'second'] });
  assert.deepEqual(await lookUp('Alias.test', 'TXT'), { kind: 'records', records: [long, 'second'] });
  assert.deepEqual(await lookUp('cut.test', 'TXT'), { kind: 'records', records: [long] });
  assert.deepEqual(await lookUp('alias.test', 'CNAME'), { kind: 'records', records: ['split.test'] });
});

test('absence, a failure of the domain’s servers, and our own resolvers being of no use are told apart', async () => {
  for (const name of ['nodata.test', 'unknown.test']) assert.deepEqual(await lookUp(name, 'TXT'), { kind: 'absent' });
  assert.equal((await lookUp('broken.test', 'TXT')).kind, 'failed');
  assert.equal((await lookUp('refused.test', 'TXT')).kind, 'unreachable');
  const nobody = createDnsLookUp({ dnsServers: [{ host: '127.0.0.1', port: 1 }] }, systemClock);
  assert.equal((await nobody('split.test', 'TXT')).kind, 'unreachable');
});

test('a record that was just published is seen at once', async () => {
  assert.deepEqual(await lookUp('late.test', 'TXT'), { kind: 'absent' });
  dns.set('late.test', '*', { TXT: ['here'] });
  assert.deepEqual(await lookUp('late.test', 'TXT'), { kind: 'records', records: ['here'] });
});

test('tracking links lead to the host of the public URL, and to the mail host where that is no name', () => {
  const hostsOf = (publicUrl: string | undefined) =>
    domainHostsOf({ mailHostname: 'Mail.PB.test', publicUrl, inboundDomain: 'in.pb.test' });
  assert.deepEqual(hostsOf('https://app.pb.test/x'), {
    mailHost: 'mail.pb.test',
    trackingHost: 'app.pb.test',
    inboundDomain: 'in.pb.test',
  });
  for (const url of [undefined, 'http://127.0.0.1:3000', 'http://[::1]:3000', 'http://localhost'])
    assert.equal(hostsOf(url).trackingHost, 'mail.pb.test', url);
});
