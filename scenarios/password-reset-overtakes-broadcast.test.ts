// A hundred thousand newsletters stand before one slow mail server. A password reset to the same server leaves at once:
// it overtakes every broadcast that is not on the wire already.

import assert from 'node:assert/strict';
import { ask } from './harness/database.ts';
import { tell } from './harness/tell.ts';
import { until } from './harness/until.ts';
import { inboxDomain, sender, story } from './harness/world.ts';

const messages = 2000;
const recipientsPerMessage = 50;
const connections = 10;

story(
  'a password reset behind 100,000 broadcast rows leaves at once',
  async world => {
    // Ten connections at ten mails a second each: the whole broadcast would take a quarter of an hour.
    world.sink.setScript({ react: moment => (moment.phase === 'dot' ? { delayInMilliseconds: 100 } : undefined) });
    await world.start();
    for (let start = 0; start < messages; start += 500) {
      const batch = Array.from({ length: 500 }, (_, index) => ({
        From: sender,
        Bcc: Array.from(
          { length: recipientsPerMessage },
          (_none, reader) => `r${start + index}-${reader}@${inboxDomain}`,
        ).join(','),
        Subject: 'News',
        TextBody: 'News',
        MessageStream: 'broadcast',
      }));
      const answers = await world.client.sendEmailBatch(batch);
      assert.ok(answers.every(answer => answer.ErrorCode === 0));
    }
    const [queued] = await ask<{ count: number }>(
      world.dataFolder,
      'select count(*)::int as count from delivery_queue where lane = 1',
    );
    const sentBefore = world.sink.messageCount;
    assert.ok((queued?.count ?? 0) + sentBefore >= messages * recipientsPerMessage * 0.99);

    for (const name of ['one', 'two', 'three']) {
      const broadcastsBefore = world.sink.messageCount;
      const address = `reset-${name}@${inboxDomain}`;
      await world.client.sendEmail({ From: sender, To: address, Subject: 'Reset', TextBody: 'Your link' });
      const position = await until('the reset has arrived', () => {
        const found = world.sink.messages.findIndex(message => message.recipients.includes(address));
        return found < 0 ? undefined : found;
      });
      const overtakers = position - broadcastsBefore;
      tell(`password reset ${name}: ${overtakers} of ${queued?.count} broadcast mails arrived before it`);
      // Each connection may have one mail on the wire and, until the reset is committed, take a few more.
      assert.ok(overtakers <= connections * 5, `${overtakers} broadcast mails were sent first`);
    }
  },
  { settings: { PENNYBLACK_DELIVERY_CONNECTIONS: String(connections) } },
);
