// Greylisting, a full queue, a busy server: a 4xx asks for patience and is never the end.

import assert from 'node:assert/strict';
import { checkPromise } from './harness/invariants.ts';
import { endedTimelineOf } from './harness/timeline.ts';
import { inboxDomain, sender, story } from './harness/world.ts';

story('a recipient who is refused for now three times gets the mail at the fourth attempt, once', async world => {
  world.sink.setScript({
    react: moment =>
      moment.phase === 'rcpt' && moment.recipient?.startsWith('grey') && moment.attempt <= 3
        ? '450 4.2.0 Greylisted, come back'
        : undefined,
  });
  await world.start();
  const answer = await world.client.sendEmail({
    From: sender,
    To: `grey@${inboxDomain}, at-once@${inboxDomain}`,
    Subject: 'Patience',
    TextBody: 'Hello',
  });

  const timeline = await endedTimelineOf(world.client, answer.MessageID);
  const grey = timeline.filter(entry => entry.recipient.startsWith('grey'));
  assert.deepEqual(
    grey.map(entry => entry.type),
    ['Transient', 'Transient', 'Transient', 'Delivered'],
  );
  assert.equal(grey[0]?.message, 'smtp;450 4.2.0 Greylisted, come back');
  assert.deepEqual(
    timeline.filter(entry => entry.recipient.startsWith('at-once')).map(entry => entry.type),
    ['Delivered'],
  );
  const accepted = [{ messageId: answer.MessageID, recipients: [`grey@${inboxDomain}`, `at-once@${inboxDomain}`] }];
  const report = await checkPromise(world.dataFolder, accepted, world.sinks);
  assert.deepEqual(report, { recipients: 2, delivered: 2, bounced: 0, suppressed: 0, duplicates: 0, uncertain: 0 });
});

story('a message that is refused for now after its final dot is sent again', async world => {
  world.sink.setScript({
    react: moment => (moment.phase === 'dot' && moment.attempt === 1 ? '451 4.3.0 Disk is full' : undefined),
  });
  await world.start();
  const answer = await world.client.sendEmail({
    From: sender,
    To: `full@${inboxDomain}`,
    Subject: 'Later',
    TextBody: 'Hello',
  });
  const timeline = await endedTimelineOf(world.client, answer.MessageID);
  assert.deepEqual(
    timeline.map(entry => `${entry.type} ${entry.message}`),
    ['Transient smtp;451 4.3.0 Disk is full', 'Delivered smtp;250 2.0.0 Ok: taken'],
  );
  assert.equal(world.sink.messageCount, 1);
});
