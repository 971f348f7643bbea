// A mail with links is read, and its links are followed, while the database dies. Readers notice nothing, and in the end
// everything is counted, once, and told to the webhook.

import assert from 'node:assert/strict';
import { startWebhookReceiver } from '../tools/fake-world/webhook-receiver.ts';
import { killProcess, postmasterOf } from './harness/processes-of-folder.ts';
import { endedTimelineOf, timelineOf } from './harness/timeline.ts';
import { readTrackedMail, request } from './harness/tracked-mail.ts';
import { until } from './harness/until.ts';
import { inboxDomain, sender, story } from './harness/world.ts';

type Payload = { RecordType: string; Recipient: string; FirstOpen?: boolean; OriginalLink?: string; MessageID: string };

story(
  'opens and clicks are answered while the database is dead, and recorded, told and counted afterwards',
  async world => {
    const receiver = await startWebhookReceiver();
    world.atEnd.push(() => receiver.close());
    const posted = () => receiver.requests.map(({ body }) => JSON.parse(body) as Payload);
    await world.start({ PENNYBLACK_ALLOW_PRIVATE_TARGETS: 'true' });
    const { client } = world;
    const on = { Enabled: true };
    await client.createWebhook({
      Url: `${receiver.url}/hook`,
      Triggers: { Open: { ...on, PostFirstOpenOnly: false }, Click: on },
    });

    const target = 'https://shop.test/order?id=1187&from=mail#top';
    const { MessageID } = await client.sendEmail({
      ...{ From: sender, To: `ana@${inboxDomain}`, Cc: `ben@${inboxDomain}`, Subject: 'Order', Tag: 'order' },
      HtmlBody: '<html><body><a href="https://shop.test/order?id=1187&amp;from=mail#top">Your order</a></body></html>',
      TextBody: `Your order: ${target}.`,
      ...{ TrackOpens: true, TrackLinks: 'HtmlAndText' as never, Metadata: { order: '1187' } },
    });
    await endedTimelineOf(client, MessageID);
    assert.equal(world.sink.messages.length, 2);
    const mails = await Promise.all(world.sink.messages.map(readTrackedMail));
    assert.notEqual(mails[0]?.pixel, mails[1]?.pixel, 'each recipient has a pixel of his own');

    const readAll = async () => {
      for (const mail of mails) {
        assert.deepEqual(await request(mail.pixel ?? ''), {
          status: 200,
          location: null,
          type: 'image/gif',
          bytes: 43,
        });
        for (const link of [...mail.links, ...mail.textLinks.map(found => found.replace(/\.$/, ''))]) {
          const { status, location } = await request(link);
          assert.deepEqual([status, location], [302, target]);
        }
      }
    };
    for (const death of ['SIGKILL', 'SIGINT'] as const) {
      const postmaster = await until('the database runs', () => postmasterOf(world.dataFolder));
      killProcess(postmaster, death);
      await readAll();
      await until('the database is another one', async () => {
        const now = await postmasterOf(world.dataFolder);
        return now !== undefined && now !== postmaster;
      });
    }
    await readAll();

    // Three times two opens; of six clicks of each recipient on one link, the first.
    const calls = await until('everything was told', () => posted().length >= 8 && posted());
    const told = (type: string) => calls.filter(call => call.RecordType === type);
    assert.deepEqual([told('Open').length, told('Click').length], [6, 2]);
    assert.equal(told('Open').filter(call => call.FirstOpen).length, 2);
    assert.ok(calls.every(call => call.MessageID === MessageID));
    assert.ok(told('Click').every(call => call.OriginalLink === target));
    const opens = await client.getMessageOpensForSingleMessage(MessageID, { count: 10, offset: 0 });
    const clicks = await client.getMessageClicksForSingleMessage(MessageID, { count: 10, offset: 0 });
    assert.deepEqual([opens.TotalCount, clicks.TotalCount], [2, 2]);
    assert.deepEqual(opens.Opens.map(open => open.Recipient).toSorted(), [`ana@${inboxDomain}`, `ben@${inboxDomain}`]);
    const timeline = await timelineOf(client, MessageID);
    assert.equal(timeline.filter(entry => entry.type === 'Opened').length, 2);
    assert.equal(timeline.filter(entry => entry.type === 'LinkClicked').length, 2);
    const metrics = await (await fetch(`${world.url}/metrics`)).text();
    assert.match(metrics, /pennyblack_tracking_hits_waiting 0/);
    assert.doesNotMatch(metrics, /pennyblack_tracking_hits_lost_total\{/);
  },
);
