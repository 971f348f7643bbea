import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { after, test } from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import {
  type KeyAndCertificate,
  makeAuthority,
  makeCertificate,
} from '../../../../../tools/fake-world/certificates.ts';
import { type DnsServer, startDnsServer } from '../../../../../tools/fake-world/dns-server.ts';
import { createDnsResolver, type DnsResolver } from './dns-resolver.ts';
import { createStsPolicies, isAllowedBy, readStsPolicy, readStsRecord } from './mta-sts.ts';
import { createStsPolicyFetcher } from './sts-policy-fetcher.ts';

const now = new Date('2026-03-01T00:00:00Z');
const file = 'version: STSv1\r\nmode: enforce\r\nmx: mx.example.com\r\nmx: *.example.net\r\nmax_age: 86400\r\n';
const authority = await makeAuthority();
const certificate = await makeCertificate('mta-sts.example.com', { authority });

const dns: DnsServer = await startDnsServer({
  '_mta-sts.example.com': { TXT: ['v=STSv1; id=1'], ttl: 5 },
  // The first address answers nobody; the second is the server's.
  'mta-sts.example.com': { A: ['127.0.0.2', '127.0.0.1'] },
});
after(() => dns.close());

function freshResolver(clock = createSetClock(now)): DnsResolver {
  return createDnsResolver({ servers: [dns.address], clock, timeoutInMilliseconds: 2_000, tries: 1 });
}

test('a policy lasts by its max_age and is fetched again when its id changes', async () => {
  const clock = createSetClock(now);
  let fetches = 0;
  let mode = 'enforce';
  const policies = createStsPolicies({
    resolver: freshResolver(clock),
    clock,
    fetchPolicy: async () => {
      fetches += 1;
      return file.replace('enforce', mode);
    },
  });
  const expiresAt = new Date(now.getTime() + 86_400_000);
  const expected = { id: '1', mode: 'enforce', mx: ['mx.example.com', '*.example.net'], expiresAt };
  assert.deepEqual(await Promise.all([policies.policyFor('example.com'), policies.policyFor('example.com')]), [
    expected,
    expected,
  ]);
  clock.advance(3_600_000);
  assert.deepEqual(await policies.policyFor('example.com'), expected);
  assert.equal(fetches, 1);

  dns.set('_mta-sts.example.com', 'TXT', ['v=STSv1; id=2;']);
  mode = 'testing';
  clock.advance(10_000);
  assert.equal((await policies.policyFor('example.com'))?.mode, 'testing');

  dns.set('_mta-sts.example.com', 'TXT', ['v=STSv1; id=3;']);
  mode = 'none';
  clock.advance(10_000);
  assert.equal(await policies.policyFor('example.com'), undefined);
  assert.equal(fetches, 3);
  assert.equal(await policies.policyFor('no-policy.example'), undefined);
});

test('a policy in hand outlives a lost record and a failing fetch, until it ends', async () => {
  const clock = createSetClock(now);
  dns.set('_mta-sts.example.com', 'TXT', ['v=STSv1; id=1;']);
  let fetches = 0;
  const policies = createStsPolicies({
    resolver: freshResolver(clock),
    clock,
    fetchPolicy: async () => {
      fetches += 1;
      if (fetches > 1) throw new Error('unreachable');
      return file;
    },
  });
  await policies.policyFor('example.com');
  dns.set('_mta-sts.example.com', 'TXT', 'servfail');
  clock.advance(10_000);
  assert.equal((await policies.policyFor('example.com'))?.mode, 'enforce');

  dns.set('_mta-sts.example.com', 'TXT', ['v=STSv1; id=new;']);
  clock.advance(10_000);
  assert.equal((await policies.policyFor('example.com'))?.id, '1');
  clock.advance(10_000);
  await policies.policyFor('example.com');
  assert.equal(fetches, 2, 'a failed fetch is not repeated at once');
  clock.advance(300_000);
  await policies.policyFor('example.com');
  assert.equal(fetches, 3);

  clock.advance(86_400_000);
  assert.equal(await policies.policyFor('example.com'), undefined);
});

test('records and files are read as RFC 8461 says', () => {
  assert.equal(readStsRecord(['v=STSv1; id=20160831085700Z;']), '20160831085700Z');
  assert.equal(readStsRecord(['other', 'v=STSv1;id=1']), '1');
  assert.equal(readStsRecord(['v=STSv1; id=1', 'v=STSv1; id=2']), undefined);
  assert.equal(readStsRecord(['v=STSv2; id=1']), undefined);
  assert.equal(readStsRecord(['v=STSv1; id=not-allowed']), undefined);
  assert.throws(() => readStsPolicy(file.replace('STSv1', 'STSv9'), '1', now));
  assert.throws(() => readStsPolicy(file.replace(/mx:.*\r\n/g, ''), '1', now));
  assert.throws(() => readStsPolicy('<html>', '1', now));
  assert.equal(readStsPolicy(`${file}mode: none\r\n`, '1', now).policy?.mode, 'enforce', 'only the first mode counts');
});

test('a star in a policy stands for one label', () => {
  const policy = { id: '1', mode: 'enforce' as const, mx: ['mx.example.com', '*.example.net'], expiresAt: now };
  assert.deepEqual(
    ['MX.example.com', 'a.example.net', 'a.b.example.net', 'example.net', 'xexample.net', 'b.example.com'].map(host =>
      isAllowedBy(policy, host),
    ),
    [true, true, false, false, false, false],
  );
});

async function fetchFrom(
  tls: KeyAndCertificate,
  listener: RequestListener,
  timeoutInMilliseconds = 5_000,
): Promise<string> {
  const server = createServer(tls, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  try {
    const options = { port, certificateAuthority: authority.cert, timeoutInMilliseconds };
    return await createStsPolicyFetcher({ resolver: freshResolver(), ...options })('example.com');
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const answering =
  (status: number, headers: Record<string, string>, body: string): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(body);
const plain = { 'content-type': 'text/plain; charset=utf-8' };

test('the policy file is fetched over HTTPS from the address that our resolver gives', async () => {
  let asked: string | undefined;
  const text = await fetchFrom(certificate, (request, response) => {
    asked = `${request.headers.host}${request.url}`;
    response.writeHead(200, plain).end(file);
  });
  assert.equal(text, file);
  assert.equal(asked, 'mta-sts.example.com/.well-known/mta-sts.txt');
});

test('no other answer counts: bad certificates, redirects, errors, other types, large files, silence', async () => {
  const good = answering(200, plain, file);
  await assert.rejects(fetchFrom(await makeCertificate('mta-sts.example.com'), good), /self-signed|certificate/);
  await assert.rejects(fetchFrom(await makeCertificate('other.example', { authority }), good), /does not match/);
  await assert.rejects(
    fetchFrom(await makeCertificate('mta-sts.example.com', { authority, expired: true }), good),
    /expired/,
  );
  await assert.rejects(fetchFrom(certificate, answering(302, { location: 'https://mta-sts.example.com/' }, '')), /302/);
  await assert.rejects(fetchFrom(certificate, answering(404, plain, '')), /404/);
  await assert.rejects(fetchFrom(certificate, answering(200, { 'content-type': 'text/html' }, file)), /text\/plain/);
  await assert.rejects(fetchFrom(certificate, answering(200, plain, 'x'.repeat(70_000))), /too large/);
  await assert.rejects(
    fetchFrom(certificate, () => {}, 90),
    /abort|timeout/i,
  );
});
