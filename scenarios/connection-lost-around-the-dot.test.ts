// The only moment at which nobody can know: the final dot has left and its answer never came. The recipient is marked,
// and gets a second copy rather than none.

import assert from 'node:assert/strict';
import { checkPromise, untilQuiet } from './harness/invariants.ts';
import { sendToEach } from './harness/load.ts';
import { tell } from './harness/tell.ts';
import { endedTimelineOf, uncertainMarksOf } from './harness/timeline.ts';
import { inboxDomain, sender, story } from './harness/world.ts';

story(
  'a connection lost after the dot and before its reply marks the recipient, and a second copy is allowed',
  async world => {
    world.sink.setScript({ react: moment => (moment.phase === 'dot' && moment.attempt === 1 ? 'close' : undefined) });
    await world.start();
    const to = `unlucky@${inboxDomain}`;
    const answer = await world.client.sendEmail({ From: sender, To: to, Subject: 'Once or twice', TextBody: 'Hello' });

    const timeline = await endedTimelineOf(world.client, answer.MessageID);
    assert.deepEqual(
      timeline.map(entry => entry.type),
      ['Transient', 'Delivered'],
    );
    assert.deepEqual(await uncertainMarksOf(world.dataFolder, answer.MessageID), ['no_answer_after_dot']);
    assert.equal(world.sink.messageCount, 2, 'the sink had taken it, and took it again');
    const accepted = [{ messageId: answer.MessageID, recipients: [to] }];
    const report = await checkPromise(world.dataFolder, accepted, world.sinks);
    assert.deepEqual(report, { recipients: 1, delivered: 1, bounced: 0, suppressed: 0, duplicates: 1, uncertain: 1 });
  },
);

story('a connection lost before the dot leaves no mark and no second copy', async world => {
  world.sink.setScript({
    react: moment => (['rcpt', 'data'].includes(moment.phase) && moment.attempt === 1 ? 'close' : undefined),
  });
  await world.start();
  const to = `early@${inboxDomain}`;
  const answer = await world.client.sendEmail({ From: sender, To: to, Subject: 'Once', TextBody: 'Hello' });
  await endedTimelineOf(world.client, answer.MessageID);
  assert.deepEqual(await uncertainMarksOf(world.dataFolder, answer.MessageID), []);
  assert.equal(world.sink.messageCount, 1);
});

story(
  'of a hundred mails, those whose answer was lost are the only ones that arrive twice, and each is marked',
  async world => {
    world.sink.setScript({
      react: moment => (moment.phase === 'dot' && moment.attempt % 5 === 0 ? 'close' : undefined),
    });
    await world.start();
    const accepted = await sendToEach(
      world.client,
      Array.from({ length: 100 }, (_, index) => `reader-${index}@${inboxDomain}`),
    );
    await untilQuiet(world.dataFolder);
    const report = await checkPromise(world.dataFolder, accepted, world.sinks);
    tell(`connection lost after the dot: ${JSON.stringify(report)}`);
    assert.equal(report.delivered, 100);
    assert.equal(report.duplicates, report.uncertain);
    assert.ok(report.duplicates >= 20, 'each fifth dot was left without an answer');
  },
);
