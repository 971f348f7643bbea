import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '@pennyblack/runtime/clock.ts';
import { systemRandom } from '@pennyblack/runtime/random.ts';
import { startMailSink } from '../../../tools/fake-world/mail-sink.ts';
import { createOutboundWorld } from './build-outbound.ts';

test('a route to an address is connected to without asking a name server', async () => {
  const sink = await startMailSink();
  const world = createOutboundWorld({
    clock: systemClock,
    random: systemRandom,
    mailHostname: 'mail.pennyblack.test',
    // Nobody answers there.
    dnsServers: ['127.0.0.1:1'],
    answerSecondsMax: 5,
  });
  try {
    const connected = await world.connect({ host: sink.host, port: sink.port, mustVerifyTls: false });
    assert.equal(connected.kind, 'open');
    if (connected.kind === 'open') await connected.connection.quit();
  } finally {
    await sink.close();
  }
});
