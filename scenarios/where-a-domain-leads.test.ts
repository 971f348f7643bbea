// What DNS says about a domain decides: its MX by preference, its own address without one, and an end at once where
// there is nobody to ask again (RFC 5321 5.1, RFC 7505).

import assert from 'node:assert/strict';
import type { DnsZones } from '../tools/fake-world/dns-server.ts';
import { checkPromise } from './harness/invariants.ts';
import { sendToEach } from './harness/load.ts';
import { endedTimelineOf } from './harness/timeline.ts';
import { inboxDomain, story } from './harness/world.ts';

/** Nobody listens there: a connection is refused at once. */
const deadAddress = '127.0.0.99';

const zones: DnsZones = {
  'address-only.test': { A: ['127.0.0.1'] },
  'first-is-down.test': {
    MX: [
      { exchange: 'down.first-is-down.test', preference: 10 },
      { exchange: `mx.${inboxDomain}`, preference: 20 },
    ],
  },
  'down.first-is-down.test': { A: [deadAddress] },
  'two-addresses.test': { MX: [{ exchange: 'both.two-addresses.test', preference: 10 }] },
  'both.two-addresses.test': { A: [deadAddress, '127.0.0.1'] },
  'alias.test': { CNAME: inboxDomain },
  'xn--bcher-kva.test': { MX: [{ exchange: `mx.${inboxDomain}`, preference: 10 }] },
  'null-mx.test': { MX: [{ exchange: '.', preference: 0 }] },
  'nothing-there.test': { TXT: ['no mail server, no address'] },
};

const delivered = ['address-only.test', 'first-is-down.test', 'two-addresses.test', 'alias.test', 'bücher.test'];

story(
  'mail reaches a domain by its MX, the next MX, another address, an alias, or its own address',
  async world => {
    await world.start();
    const accepted = await sendToEach(
      world.client,
      delivered.map(domain => `someone@${domain}`),
    );
    for (const [index, domain] of delivered.entries()) {
      const timeline = await endedTimelineOf(world.client, accepted[index]?.messageId ?? '');
      assert.deepEqual(
        timeline.map(entry => entry.type),
        ['Delivered'],
        domain,
      );
    }
    assert.deepEqual(
      world.sink.messages.flatMap(message => message.recipients).sort(),
      [...delivered.slice(0, 4), 'xn--bcher-kva.test'].map(domain => `someone@${domain}`).sort(),
    );
  },
  { zones },
);

const hopeless: readonly [domain: string, reply: RegExp][] = [
  ['does-not-exist.test', /^smtp;550 5\.1\.2 .*does not exist/],
  ['nothing-there.test', /^smtp;550 5\.1\.2 /],
  ['null-mx.test', /^smtp;556 5\.1\.10 .*null MX/],
];

story(
  'a domain that does not exist or takes no mail is a hard bounce at once, and the address is suppressed',
  async world => {
    await world.start();
    const accepted = await sendToEach(
      world.client,
      hopeless.map(([domain]) => `someone@${domain}`),
    );
    for (const [index, [domain, reply]] of hopeless.entries()) {
      const timeline = await endedTimelineOf(world.client, accepted[index]?.messageId ?? '');
      assert.equal(timeline[0]?.type, 'Bounced', domain);
      assert.match(timeline[0]?.message ?? '', reply, domain);
      await assert.rejects(sendToEach(world.client, [`someone@${domain}`]), /406/, domain);
    }
    const report = await checkPromise(world.dataFolder, accepted, world.sinks);
    assert.equal(report.bounced, hopeless.length);
  },
  { zones },
);
