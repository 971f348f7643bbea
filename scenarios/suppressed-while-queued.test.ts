// A mail waits for its second attempt; meanwhile its recipient turns out to be gone. The mail that waits is not sent any
// more: it ends as suppressed.

import assert from 'node:assert/strict';
import { ask } from './harness/database.ts';
import { checkPromise } from './harness/invariants.ts';
import { sendToEach } from './harness/load.ts';
import { endedTimelineOf, timelineOf } from './harness/timeline.ts';
import { until } from './harness/until.ts';
import { inboxDomain, story } from './harness/world.ts';

story(
  'a recipient who is suppressed while a mail waits for them ends as suppressed, without another attempt',
  async world => {
    let attempts = 0;
    world.sink.setScript({
      react: moment => {
        if (moment.phase !== 'rcpt') return undefined;
        attempts += 1;
        return attempts === 1 ? '450 4.2.1 Mailbox busy' : '550 5.1.1 No such user here';
      },
    });
    await world.start();
    const address = `gone@${inboxDomain}`;
    const waiting = await sendToEach(world.client, [address]);
    const waitingId = waiting[0]?.messageId ?? '';
    await until('the first mail waits', async () => (await timelineOf(world.client, waitingId)).length === 1);

    const bouncing = await sendToEach(world.client, [address.toUpperCase()]);
    const bounced = await endedTimelineOf(world.client, bouncing[0]?.messageId ?? '');
    assert.deepEqual(
      bounced.map(entry => entry.type),
      ['Bounced', 'SubscriptionChanged'],
    );
    await assert.rejects(sendToEach(world.client, [address]), /406 .*Found inactive addresses: gone@inbox\.test\./);

    const timeline = await endedTimelineOf(world.client, waitingId);
    assert.deepEqual(
      timeline.map(entry => entry.type),
      ['Transient'],
    );
    const ends = await ask<{ kind: string }>(
      world.dataFolder,
      `select kind from events where message_id = $1 and kind <> 'recipient_deferred'`,
      [waitingId],
    );
    assert.deepEqual(ends, [{ kind: 'recipient_suppressed' }]);
    assert.equal(
      world.sink.commands.filter(line => line.startsWith('RCPT')).length,
      2,
      'two attempts were made in all',
    );
    const report = await checkPromise(world.dataFolder, [...waiting], world.sinks);
    assert.deepEqual([report.bounced, report.suppressed], [1, 1]);
  },
  { settings: { PENNYBLACK_RETRY_SECONDS: '4' } },
);
