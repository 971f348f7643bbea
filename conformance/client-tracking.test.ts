// The unmodified official Node client sends tracked mail and reads who opened it and clicked in it, against a running
// platform; what readers do goes over real HTTP.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Errors, Models } from 'postmark';
import { endedTimelineOf } from '../scenarios/harness/timeline.ts';
import { firefox, readTrackedMail, request, type TrackedMail } from '../scenarios/harness/tracked-mail.ts';
import { until } from '../scenarios/harness/until.ts';
import { inboxDomain, sender } from '../scenarios/harness/world.ts';
import { startWebhookReceiver } from '../tools/fake-world/webhook-receiver.ts';
import { runPlatform } from './running-platform.ts';

const receiver = await startWebhookReceiver();
after(() => receiver.close());
const { live, world } = await runPlatform({}, { PENNYBLACK_ALLOW_PRIVATE_TARGETS: 'true' });
await live.createWebhook({
  Url: `${receiver.url}/first`,
  Triggers: { Open: { Enabled: true, PostFirstOpenOnly: true }, Click: { Enabled: true } },
});
const posted = (messageId: string) =>
  receiver.requests
    .map(({ body }) => JSON.parse(body) as Record<string, unknown>)
    .filter(({ MessageID }) => MessageID === messageId);

const html =
  '<html><body><p>Grüße</p><a href="https://shop.test/?a=1&amp;b=2">Shop</a> <a data-pm-no-track href="https://shop.test/x">X</a> <a href="mailto:a@b.test">mail</a></body></html>';
const text = 'Grüße: https://shop.test/?a=1&b=2, https://shop.test/x';

async function deliver(changes: Partial<Models.Message> = {}): Promise<{ messageId: string; mail: TrackedMail }> {
  const before = world.sink.messages.length;
  const { MessageID } = await live.sendEmail({
    ...{ From: sender, To: `ana@${inboxDomain}`, Subject: 'Order', HtmlBody: html, TextBody: text },
    ...changes,
  });
  await endedTimelineOf(live, MessageID);
  const message = world.sink.messages[before];
  assert.ok(message);
  return { messageId: MessageID, mail: await readTrackedMail(message) };
}

const isOurs = (url: string | undefined) => url?.startsWith(`${world.url}/`) === true;

test('the switches of message and server decide what is tracked', async () => {
  const { LinkTrackingOptions } = Models;
  const untracked = (await deliver()).mail;
  assert.deepEqual([untracked.pixel, untracked.html.trim(), untracked.text.trim()], [undefined, html, text]);

  const htmlOnly = (await deliver({ TrackLinks: LinkTrackingOptions.HtmlOnly })).mail;
  assert.deepEqual(htmlOnly.links.map(isOurs), [true, false, false]);
  assert.deepEqual([htmlOnly.pixel, htmlOnly.text.trim()], [undefined, text]);

  await live.editServer({ TrackOpens: true, TrackLinks: LinkTrackingOptions.HtmlAndText });
  const all = (await deliver({ TrackOpens: false })).mail;
  assert.ok(isOurs(all.pixel), 'a message cannot turn opens off');
  assert.deepEqual(
    [all.links.map(isOurs), all.textLinks.map(isOurs)],
    [
      [true, false, false],
      [true, false],
    ],
  );
  assert.ok(all.html.includes('<a href="https://shop.test/x">X</a>'));
  assert.match(all.html.trim(), /alt=""><\/body><\/html>$/);

  const less = (
    await deliver({ TrackLinks: LinkTrackingOptions.None, Headers: [{ Name: 'X-PM-TrackOpens', Value: 'never' }] })
  ).mail;
  assert.deepEqual([less.pixel, less.html.trim(), less.text.trim()], [undefined, html, text]);
  await live.editServer({ TrackOpens: false, TrackLinks: LinkTrackingOptions.None });
});

test('the dump shows the message as it was written', async () => {
  const { messageId, mail } = await deliver({ TrackOpens: true, TrackLinks: Models.LinkTrackingOptions.HtmlAndText });
  assert.ok(isOurs(mail.pixel));
  const { Body } = await live.getOutboundMessageDump(messageId);
  assert.doesNotMatch(Body, /width=3D"1"|\/o\//);
  const details = await live.getOutboundMessageDetails(messageId);
  assert.deepEqual([details.TrackOpens, details.TrackLinks, details.HtmlBody], [true, 'HtmlAndText', html]);
});

test('getMessageOpens, getMessageClicks and those of one message show what readers did, and webhooks hear of it', async () => {
  const { messageId, mail } = await deliver({
    ...{ To: `cleo@${inboxDomain}`, Tag: 'tracked', Metadata: { order: '7' } },
    ...{ TrackOpens: true, TrackLinks: Models.LinkTrackingOptions.HtmlAndText },
  });
  assert.equal((await request(mail.pixel ?? '')).status, 200);
  assert.equal((await request(mail.pixel ?? '', { 'User-Agent': 'Mozilla/5.0' })).status, 200);
  assert.equal((await request(mail.links[0] ?? '')).location, 'https://shop.test/?a=1&b=2');
  assert.equal((await request(mail.textLinks[0]?.replace(/,$/, '') ?? '')).location, 'https://shop.test/?a=1&b=2');

  const clicks = await until('the click is recorded', async () => {
    const found = await live.getMessageClicks({ tag: 'tracked', count: 10, offset: 0 } as never);
    return found.TotalCount > 0 && found;
  });
  const opens = await live.getMessageOpens({ tag: 'tracked', count: 10, offset: 0 } as never);
  assert.deepEqual([opens.TotalCount, clicks.TotalCount], [1, 1]);
  const open = opens.Opens[0];
  assert.deepEqual(
    [
      open?.RecordType,
      open?.Client.Name,
      open?.OS.Family,
      open?.Platform,
      open?.UserAgent,
      open?.Recipient,
      open?.MessageID,
      open?.Tag,
    ],
    ['Open', true, 'Firefox 128.0', 'Windows', 'WebMail', firefox, `cleo@${inboxDomain}`, messageId, 'tracked'],
  );
  const click = clicks.Clicks[0];
  assert.deepEqual(
    [click?.RecordType, click?.ClickLocation, click?.OriginalLink, click?.Client.Family, click?.Recipient],
    ['Click', 'HTML', 'https://shop.test/?a=1&b=2', 'Firefox', `cleo@${inboxDomain}`],
  );
  assert.equal((await live.getMessageOpensForSingleMessage(messageId)).Opens.length, 1);
  assert.equal((await live.getMessageClicksForSingleMessage(messageId)).Clicks.length, 1);
  assert.equal(
    (
      await live.getMessageOpens({
        client_name: 'Firefox 128.0',
        platform: 'WebMail',
        recipient: `cleo@${inboxDomain}`,
      } as never)
    ).TotalCount,
    1,
  );
  assert.equal((await live.getMessageOpens({ os_family: 'Android' } as never)).TotalCount, 0);

  // Of two opens the first is posted, of two clicks on the link the first.
  const calls = await until('both were posted', () => posted(messageId).length >= 2 && posted(messageId));
  assert.deepEqual(calls.map(call => call.RecordType).toSorted(), ['Click', 'Open']);
  assert.deepEqual(calls.find(call => call.RecordType === 'Open')?.FirstOpen, true);
  assert.ok(
    calls.every(call => (call.Metadata as { order: string }).order === '7' && call.Recipient === `cleo@${inboxDomain}`),
  );
});

test('a message that nobody opened is refused with 701, a search without numbers with 700', async () => {
  const { messageId } = await deliver();
  const refuses = (code: number) => (error: unknown) => error instanceof Errors.ApiInputError && error.code === code;
  await assert.rejects(live.getMessageOpensForSingleMessage(messageId), refuses(701));
  await assert.rejects(live.getMessageClicksForSingleMessage(messageId), refuses(701));
  await assert.rejects(live.getMessageOpens({ count: 501, offset: 0 }), refuses(700));
});
