import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { systemClock } from '@pennyblack/runtime/clock.ts';
import { startDnsServer } from '../../../tools/fake-world/dns-server.ts';
import type { DnsZones } from '../../../tools/fake-world/dns-zones.ts';
import { startWebhookReceiver } from '../../../tools/fake-world/webhook-receiver.ts';
import { createWebhookCaller } from './build-webhook-http.ts';

async function start(t: TestContext, zones: DnsZones, allowPrivateTargets: boolean) {
  const [dns, receiver] = await Promise.all([startDnsServer(zones), startWebhookReceiver()]);
  const port = Number(dns.address.split(':')[1]);
  const settings = { dnsServers: [{ host: '127.0.0.1', port }], allowPrivateTargets, webhookSourceAddress: undefined };
  const caller = createWebhookCaller(settings, systemClock);
  t.after(() => Promise.all([caller.close(), dns.close(), receiver.close()]));
  const post = (host: string) => caller.call({ url: `http://${host}:${receiver.port}/hook`, headers: {}, body: '{}' });
  return { post, receiver };
}

test('names of webhooks are asked of the DNS servers that are set', async t => {
  const { post, receiver } = await start(t, { 'hooks.shop.test': { A: ['127.0.0.1'] } }, true);
  const outcome = await post('hooks.shop.test');
  assert.equal(outcome.kind === 'answered' && outcome.status, 200);
  assert.equal(receiver.requests[0]?.headers.host, `hooks.shop.test:${receiver.port}`);
});

test('without the allow setting a public name that leads inside is refused', async t => {
  const zones = { 'hooks.shop.test': { A: ['127.0.0.1'], AAAA: ['::ffff:127.0.0.1'] } };
  const { post, receiver } = await start(t, zones, false);
  const outcome = await post('hooks.shop.test');
  assert.equal(outcome.kind === 'failed' && outcome.failure, 'forbidden_address');
  assert.equal(receiver.connections, 0);
});

test('a name that does not exist, and one whose servers fail, are failures of the DNS', async t => {
  const { post } = await start(t, { 'broken.test': 'servfail' }, true);
  for (const host of ['nobody.test', 'broken.test']) {
    const outcome = await post(host);
    assert.equal(outcome.kind === 'failed' && outcome.failure, 'dns', host);
  }
});
