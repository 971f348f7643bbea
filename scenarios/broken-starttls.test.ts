// Opportunistic TLS (RFC 7435): any certificate is better than none, and a handshake that fails loses no mail.

import assert from 'node:assert/strict';
import { makeCertificate } from '../tools/fake-world/certificates.ts';
import type { MailSinkOptions } from '../tools/fake-world/mail-sink.ts';
import { checkPromise } from './harness/invariants.ts';
import { sendToEach } from './harness/load.ts';
import { endedTimelineOf } from './harness/timeline.ts';
import { story } from './harness/world.ts';

type Row = { name: string; tls: NonNullable<MailSinkOptions['tls']>; isSecured: boolean };

story('mail goes to servers with every kind of broken STARTTLS, encrypted wherever that is possible', async world => {
  const rows: readonly Row[] = [
    { name: 'self-signed', tls: await makeCertificate('mx.self-signed.test'), isSecured: true },
    { name: 'expired', tls: await makeCertificate('mx.expired.test', { expired: true }), isSecured: true },
    { name: 'wrong-name', tls: await makeCertificate('somebody.else.test'), isSecured: true },
    { name: 'garbage', tls: 'garbage', isSecured: false },
    { name: 'close', tls: 'close', isSecured: false },
  ];
  for (const { name, tls } of rows) await world.addSink(`${name}.test`, { tls });
  await world.addSink('refused.test', {
    tls: await makeCertificate('mx.refused.test'),
    react: moment => (moment.phase === 'starttls' ? '454 4.7.0 TLS not available due to temporary reason' : undefined),
  });
  await world.start();

  const all = [...rows, { name: 'refused', isSecured: false }];
  const accepted = await sendToEach(
    world.client,
    all.map(({ name }) => `someone@${name}.test`),
  );
  for (const [index, { name, isSecured }] of all.entries()) {
    const timeline = await endedTimelineOf(world.client, accepted[index]?.messageId ?? '');
    assert.equal(timeline.at(-1)?.type, 'Delivered', name);
    const sink = world.sinks[index + 1];
    assert.deepEqual(
      sink?.messages.map(message => message.tls),
      [isSecured],
      name,
    );
  }
  const report = await checkPromise(world.dataFolder, accepted, world.sinks);
  assert.equal(report.duplicates, 0);
});
