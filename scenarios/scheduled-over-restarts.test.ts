// Scheduled messages over kill -9 and restarts: each is sent once, at its time or when somebody is there again; those that
// were canceled never are.

import assert from 'node:assert/strict';
import { ask } from './harness/database.ts';
import { checkPromise, countCopies, untilQuiet } from './harness/invariants.ts';
import { tell } from './harness/tell.ts';
import { until } from './harness/until.ts';
import { inboxDomain, sender, serverToken, story } from './harness/world.ts';

const count = 200;
/** Far enough that all are scheduled and some canceled before the first is due. */
const dueInMilliseconds = 8000;

story('scheduled messages survive kill -9 before and while they go; canceled ones are never sent', async world => {
  let platform = await world.start();
  const dueAt = Date.now() + dueInMilliseconds;
  const addresses = Array.from({ length: count }, (_, n) => `later-${n}@${inboxDomain}`);
  const answers = await world.client.sendEmailBatch(
    addresses.map((To, n) => ({
      From: sender,
      To,
      Subject: `Later ${n}`,
      TextBody: 'Later',
      SendAt: new Date(dueAt + n).toISOString(),
    })),
  );
  assert.ok(answers.every(answer => answer.ErrorCode === 0));
  const messages = answers.map((answer, n) => ({ messageId: answer.MessageID, recipients: [addresses[n] ?? ''] }));
  const canceled = messages.filter((_, n) => n % 10 === 3);
  for (const { messageId } of canceled) {
    const answer = await fetch(`${world.url}/email/scheduled/${messageId}`, {
      method: 'DELETE',
      headers: { 'X-Postmark-Server-Token': serverToken, Accept: 'application/json' },
    });
    assert.equal(answer.status, 200);
  }
  const due = messages.filter(message => !canceled.includes(message));
  await platform.killEverything();
  assert.equal(world.sink.messageCount, 0);

  platform = await world.start();
  await until('some are sent', () => world.sink.messageCount > 0, { everyMilliseconds: 2 });
  await platform.killEverything();
  platform = await world.start();
  await until('nothing waits', async () => {
    const waiting = await ask(world.dataFolder, 'select 1 from scheduled_messages');
    return waiting.length === 0;
  });
  await untilQuiet(world.dataFolder);

  const report = await checkPromise(world.dataFolder, due, world.sinks);
  assert.equal(report.delivered, due.length);
  assert.equal(report.recipients, due.length);
  const arrived = new Set([...countCopies(world.sinks).keys()].map(key => key.split(' ')[0]));
  assert.deepEqual(
    canceled.filter(({ messageId }) => arrived.has(messageId)),
    [],
  );
  tell(`${count} scheduled, ${canceled.length} canceled, killed twice: ${JSON.stringify(report)}`);
});
