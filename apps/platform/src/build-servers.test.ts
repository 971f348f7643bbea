import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { systemClock } from '@pennyblack/runtime/clock.ts';
import { startDnsServer } from '../../../tools/fake-world/dns-server.ts';
import { buildServerDeps, createCallableHost } from './build-servers.ts';
import { loadSettings } from './config.ts';
import { namesToAskFor } from './features/servers/server-rules.ts';
import { testKeyRing } from './testing/test-world.ts';

const dns = await startDnsServer({
  'in.client.test': { MX: [{ exchange: 'Inbound.Mail.Shop.test', preference: 10 }] },
  '*.wild.client.test': { MX: [{ exchange: 'mx.provider.test', preference: 10 }] },
  'bare.client.test': { A: ['192.0.2.1'] },
});
after(() => dns.close());

function depsWith(environment: Record<string, string> = {}) {
  const settings = loadSettings({
    PENNYBLACK_MAIL_HOSTNAME: 'Mail.Shop.Test',
    PENNYBLACK_DNS_SERVERS: dns.address,
    ...environment,
  });
  return buildServerDeps({ settings, keyRing: testKeyRing, clock: systemClock }, async () => {});
}

test('links and addresses come from the settings', () => {
  const deps = depsWith({ PENNYBLACK_PUBLIC_URL: 'https://post.shop.test/' });
  assert.equal(deps.publicUrl(), 'https://post.shop.test');
  assert.deepEqual(deps.mailHosts, ['mail.shop.test', 'inbound.mail.shop.test']);
  assert.equal(depsWith({ PENNYBLACK_INBOUND_DOMAIN: 'in.shop.test' }).inboundHost, 'in.shop.test');
});

test('MX records are asked for in the real DNS', async () => {
  const { findMxHosts } = depsWith();
  assert.deepEqual(
    (await findMxHosts('in.client.test'))?.map(host => host.toLowerCase()),
    ['inbound.mail.shop.test'],
  );
  dns.set('in.client.test', '*', { MX: [{ exchange: 'mx.provider.test', preference: 10 }] });
  assert.deepEqual(
    await findMxHosts('in.client.test'),
    ['mx.provider.test'],
    'a record that was changed is seen at once',
  );
  assert.deepEqual(await findMxHosts('bare.client.test'), []);
  assert.deepEqual(await findMxHosts('nowhere.client.test'), []);
  for (const name of namesToAskFor('*.wild.client.test'))
    assert.deepEqual(await findMxHosts(name), ['mx.provider.test'], name);
});

test('a hook may not post to an internal address, unless the operator allows it', () => {
  const isCallable = createCallableHost(false);
  for (const host of [
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::',
    'fd00::1',
    'fe80::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    'localhost',
    'LOCALHOST.',
    'api.localhost',
  ])
    assert.equal(isCallable(host), false, host);
  for (const host of [
    'hooks.client.test',
    '93.184.216.34',
    '172.32.0.1',
    '2606:2800:220:1::1',
    '::ffff:93.184.216.34',
    'localhost.client.test',
  ])
    assert.equal(isCallable(host), true, host);
  assert.equal(createCallableHost(true)('127.0.0.1'), true);
});
