import assert from 'node:assert/strict';
import { Resolver } from 'node:dns/promises';
import { after, test } from 'node:test';
import { startDnsServer } from './dns-server.ts';

const server = await startDnsServer({
  'example.com': {
    MX: [{ exchange: 'mx.example.com', preference: 10 }],
    TXT: ['x'.repeat(300)],
    A: ['192.0.2.1'],
    AAAA: ['2001:db8::1'],
  },
  'alias.example.com': { CNAME: 'example.com' },
  'loop.example.com': { CNAME: 'loop.example.com' },
  '*.wild.example.com': { A: ['192.0.2.7'] },
  'long.example.com': { TXT: Array.from({ length: 20 }, (_, index) => `${index}${'y'.repeat(200)}`) },
  'broken.example.com': 'servfail',
  'closed.example.com': 'refuse',
  '1.2.0.192.in-addr.arpa': { PTR: ['example.com'] },
});
const resolver = new Resolver({ timeout: 500, tries: 1 });
resolver.setServers([server.address]);
after(() => server.close());

test("Node's own resolver reads every kind of record", async () => {
  const [mx] = await resolver.resolveMx('example.com');
  assert.deepEqual([mx?.exchange, mx?.priority], ['mx.example.com', 10]);
  assert.deepEqual((await resolver.resolveTxt('example.com'))[0]?.join(''), 'x'.repeat(300));
  assert.deepEqual(await resolver.resolve4('alias.example.com'), ['192.0.2.1']);
  assert.deepEqual(await resolver.resolve6('example.com'), ['2001:db8::1']);
  assert.deepEqual(await resolver.resolve4('any.name.wild.example.com'), ['192.0.2.7']);
  assert.deepEqual(await resolver.resolveCname('alias.example.com'), ['example.com']);
  assert.deepEqual(await resolver.reverse('192.0.2.1'), ['example.com']);
});

test('an answer that is too long for UDP is fetched over TCP', async () => {
  assert.equal((await resolver.resolveTxt('long.example.com')).length, 20);
  assert.equal(server.queries.at(-1)?.transport, 'tcp');
});

test('failures carry the code that a real server would send', async () => {
  await assert.rejects(resolver.resolve4('unknown.example.net'), { code: 'ENOTFOUND' });
  await assert.rejects(resolver.resolveMx('alias.example.com.invalid'), { code: 'ENOTFOUND' });
  await assert.rejects(resolver.resolve4('broken.example.com'), { code: 'ESERVFAIL' });
  await assert.rejects(resolver.resolve4('closed.example.com'), { code: 'EREFUSED' });
});

test('a zone changes while the server runs', async () => {
  server.set('example.com', 'A', ['192.0.2.99']);
  assert.deepEqual(await resolver.resolve4('example.com'), ['192.0.2.99']);
  server.set('new.example.com', '*', { A: ['192.0.2.50'] });
  assert.deepEqual(await resolver.resolve4('new.example.com'), ['192.0.2.50']);
});
