// RFC 5321 3.8: a server may say 421 at any moment and go. That costs time, never mail and never a second copy.

import assert from 'node:assert/strict';
import { checkPromise, untilQuiet } from './harness/invariants.ts';
import { sendToEach } from './harness/load.ts';
import { endedTimelineOf } from './harness/timeline.ts';
import { inboxDomain, sender, story } from './harness/world.ts';

const phases = ['banner', 'mail', 'rcpt', 'data', 'dot'] as const;

story('a 421 at any moment, DATA and the final dot included, is answered by another attempt', async world => {
  for (const phase of phases) {
    await world.addSink(`${phase}.test`, {
      react: moment =>
        moment.phase === phase && moment.attempt === 1
          ? { reply: '421 4.3.2 Closing for maintenance', fate: 'close-after-reply' }
          : undefined,
    });
  }
  await world.start();
  const accepted = await sendToEach(
    world.client,
    phases.map(phase => `someone@${phase}.test`),
  );

  for (const [index, phase] of phases.entries()) {
    const timeline = await endedTimelineOf(world.client, accepted[index]?.messageId ?? '');
    assert.deepEqual(
      timeline.map(entry => entry.type),
      ['Transient', 'Delivered'],
      phase,
    );
    assert.match(timeline[0]?.message ?? '', /^smtp;421 4\.3\.2/, phase);
  }
  const report = await checkPromise(world.dataFolder, accepted, world.sinks);
  assert.deepEqual([report.delivered, report.duplicates, report.uncertain], [phases.length, 0, 0]);
});

story('a server that takes the message and says 421 right behind it gets one copy', async world => {
  world.sink.setScript({ react: moment => (moment.phase === 'dot' ? 'reply-then-421' : undefined) });
  await world.start();
  const addresses = Array.from({ length: 30 }, (_, index) => `reader-${index}@${inboxDomain}`);
  const accepted = await sendToEach(world.client, addresses);
  await untilQuiet(world.dataFolder);
  const report = await checkPromise(world.dataFolder, accepted, world.sinks);
  assert.deepEqual([report.delivered, report.duplicates, report.uncertain], [30, 0, 0]);
});

story(
  'a connection that the server closed while it was idle is noticed, and the next mail takes another',
  async world => {
    await world.start();
    const send = (name: string) =>
      world.client.sendEmail({ From: sender, To: `${name}@${inboxDomain}`, Subject: name, TextBody: name });
    const first = await send('first');
    await endedTimelineOf(world.client, first.MessageID);
    world.sink.dropConnections();
    const second = await send('second');
    assert.deepEqual(
      (await endedTimelineOf(world.client, second.MessageID)).map(entry => entry.type),
      ['Delivered'],
    );
    assert.equal(world.sink.messageCount, 2);
  },
);
