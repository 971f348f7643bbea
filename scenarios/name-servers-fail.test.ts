// A name server that fails says nothing about the domain: such a failure is never final, and the mail goes when the
// name server is well again.

import assert from 'node:assert/strict';
import { checkPromise } from './harness/invariants.ts';
import { sendToEach } from './harness/load.ts';
import { endedTimelineOf, timelineOf } from './harness/timeline.ts';
import { until } from './harness/until.ts';
import { inboxDomain, story } from './harness/world.ts';

const failures = ['servfail', 'timeout', 'refuse'] as const;
const wellAgain = { MX: [{ exchange: `mx.${inboxDomain}`, preference: 10 }] };

story(
  'SERVFAIL, silence and REFUSED put the mail off until the name server answers',
  async world => {
    await world.start();
    const accepted = await sendToEach(
      world.client,
      failures.map(failure => `someone@${failure}.test`),
    );
    const ids = accepted.map(({ messageId }) => messageId);
    for (const [index, failure] of failures.entries()) {
      await until(
        `two attempts were put off: ${failure}`,
        async () => (await timelineOf(world.client, ids[index] ?? '')).length >= 2,
        { secondsMax: 90, everyMilliseconds: 200 },
      );
    }
    for (const [index, failure] of failures.entries()) {
      const timeline = await timelineOf(world.client, ids[index] ?? '');
      assert.ok(
        timeline.every(entry => entry.type === 'Transient' && entry.message.startsWith('smtp;451 4.4.3 ')),
        `${failure}: ${JSON.stringify(timeline)}`,
      );
      world.dns.set(`${failure}.test`, '*', wellAgain);
    }
    for (const [index, failure] of failures.entries()) {
      const timeline = await endedTimelineOf(world.client, ids[index] ?? '');
      assert.equal(timeline.at(-1)?.type, 'Delivered', failure);
    }
    const report = await checkPromise(world.dataFolder, accepted, world.sinks);
    assert.deepEqual([report.delivered, report.bounced], [failures.length, 0]);
  },
  { zones: { 'servfail.test': 'servfail', 'timeout.test': 'timeout', 'refuse.test': 'refuse' } },
);
