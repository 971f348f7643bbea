// The whole circle of an address: the mailbox is gone, mail is refused, the customer activates the address, mail arrives
// again. Beside it a mail that waits for its second attempt while its address is suppressed by API: it is not sent any
// more. Each step is posted to a webhook.

import assert from 'node:assert/strict';
import { Errors } from 'postmark';
import { startWebhookReceiver } from '../tools/fake-world/webhook-receiver.ts';
import { sendToEach } from './harness/load.ts';
import { endedTimelineOf, timelineOf } from './harness/timeline.ts';
import { until } from './harness/until.ts';
import { inboxDomain, story } from './harness/world.ts';

type Payload = Record<string, unknown> & { RecordType: string };

story(
  'hard bounce, 406, activate, delivered; and a suppression by API keeps back what is queued',
  async world => {
    const receiver = await startWebhookReceiver();
    world.atEnd.push(() => receiver.close());
    const posted = (address: string) =>
      receiver.requests
        .map(request => JSON.parse(request.body) as Payload)
        .filter(({ Email, Recipient }) => (Email ?? Recipient) === address);
    let isGone = true;
    world.sink.setScript({
      react: moment => {
        if (moment.phase !== 'rcpt') return undefined;
        if (String(moment.line).includes('waiting@')) return '450 4.2.1 Mailbox busy';
        return isGone ? '550 5.1.1 No such user here' : undefined;
      },
    });
    await world.start({ PENNYBLACK_ALLOW_PRIVATE_TARGETS: 'true' });
    const { client } = world;
    const on = { Enabled: true };
    await client.createWebhook({
      Url: `${receiver.url}/hook`,
      Triggers: { Delivery: on, Bounce: { ...on, IncludeContent: true }, SubscriptionChange: on },
    });

    const address = `ana@${inboxDomain}`;
    const [first] = await sendToEach(client, [address]);
    await endedTimelineOf(client, first?.messageId ?? '');
    const { Bounces } = await client.getBounces({ messageID: first?.messageId ?? '', count: 1 });
    const [bounce] = Bounces;
    assert.ok(bounce);
    assert.deepEqual(
      [bounce.Type, bounce.Inactive, bounce.Details],
      ['HardBounce', true, 'smtp;550 5.1.1 No such user here'],
    );
    await assert.rejects(sendToEach(client, [address]), /406 /);

    // Calls about one message keep their order; the activation is not about a message, and could overtake them.
    await until('the bounce was posted', () => posted(address).length === 2);

    isGone = false;
    assert.equal((await client.activateBounce(bounce.ID)).Bounce.Inactive, false);
    await until('the activation was posted', () => posted(address).length === 3);
    const [second] = await sendToEach(client, [address]);
    const timeline = await endedTimelineOf(client, second?.messageId ?? '');
    assert.deepEqual(
      timeline.map(entry => entry.type),
      ['Delivered'],
    );
    const calls = await until('all were posted', () => posted(address).length === 4 && posted(address));
    assert.deepEqual(
      calls.map(call => [call.RecordType, call.Type ?? call.SuppressSending ?? call.MessageID]),
      [
        ['Bounce', 'HardBounce'],
        ['SubscriptionChange', true],
        ['SubscriptionChange', false],
        ['Delivery', second?.messageId],
      ],
    );
    assert.match(String(calls[0]?.Content), /Status: 5\.1\.1\r\nRemote-MTA: dns; mx\.inbox\.test\r\n/);

    const waitingAddress = `waiting@${inboxDomain}`;
    const [waiting] = await sendToEach(client, [waitingAddress]);
    const waitingId = waiting?.messageId ?? '';
    await until('the mail waits', async () => (await timelineOf(client, waitingId)).length === 1);
    await client.createSuppressions('outbound', { Suppressions: [{ EmailAddress: waitingAddress }] });
    await assert.rejects(
      client.sendEmail({ From: 'desk@shop.test', To: waitingAddress, Subject: 'x', TextBody: 'x' }),
      (error: unknown) => {
        assert.ok(error instanceof Errors.InactiveRecipientsError);
        return true;
      },
    );
    const ended = await endedTimelineOf(client, waitingId);
    assert.deepEqual(
      ended.map(entry => entry.type),
      ['Transient'],
    );
    assert.equal(
      world.sink.commands.filter(line => line.startsWith('RCPT') && line.includes('waiting@')).length,
      1,
      'only the first attempt was made',
    );
  },
  { settings: { PENNYBLACK_RETRY_SECONDS: '4' } },
);
