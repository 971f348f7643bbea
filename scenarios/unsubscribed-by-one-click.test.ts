// A newsletter arrives, a scanner looks at its links, its reader presses the button of his mail program, and comes back.

import assert from 'node:assert/strict';
import PostalMime from 'postal-mime';
import { startWebhookReceiver } from '../tools/fake-world/webhook-receiver.ts';
import { endedTimelineOf } from './harness/timeline.ts';
import { until } from './harness/until.ts';
import { inboxDomain, sender, story } from './harness/world.ts';

type Payload = Record<string, unknown> & { RecordType: string };

story('one POST to the address of List-Unsubscribe ends the newsletter, and nothing else does', async world => {
  const receiver = await startWebhookReceiver();
  world.atEnd.push(() => receiver.close());
  const told = () => receiver.requests.map(({ body }) => JSON.parse(body) as Payload);
  await world.start({ PENNYBLACK_ALLOW_PRIVATE_TARGETS: 'true' });
  const { client } = world;
  await client.createWebhook({
    ...{ Url: `${receiver.url}/hook`, MessageStream: 'broadcast' },
    Triggers: { SubscriptionChange: { Enabled: true } },
  });

  const [ana, ben] = [`ana@${inboxDomain}`, `ben@${inboxDomain}`];
  const news = { From: sender, Subject: 'News', HtmlBody: '<p>News</p>', TextBody: 'News', MessageStream: 'broadcast' };
  const letter = { ...news, Tag: 'news', Metadata: { issue: '7' } };
  const { MessageID } = await client.sendEmail({ ...letter, To: ana, Cc: ben });
  await endedTimelineOf(client, MessageID);
  const urls = new Map<string | undefined, string>();
  for (const { raw, recipients } of world.sink.messages) {
    const { headers, html, text } = await PostalMime.parse(raw);
    const valuesOf = (key: string) => headers.filter(header => header.key === key).map(header => header.value);
    assert.deepEqual(valuesOf('list-unsubscribe-post'), ['List-Unsubscribe=One-Click']);
    const [list = ''] = valuesOf('list-unsubscribe');
    const url = list.slice(1, -1);
    assert.ok(url.startsWith(`${world.url}/u/`) && list.length < 300, list);
    assert.ok(html?.includes(`href="${url}"`) && text?.includes(url), 'the footers lead to the same place');
    assert.match(headers.find(header => header.key === 'dkim-signature')?.value ?? '', /list-unsubscribe-post/);
    urls.set(recipients[0], url);
  }
  const url = urls.get(ana) ?? '';
  assert.notEqual(url, urls.get(ben));

  for (const method of ['GET', 'HEAD', 'GET']) assert.equal((await fetch(url, { method })).status, 200);
  assert.equal((await fetch(url, { method: 'POST' })).status, 400);
  await client.sendEmail({ ...letter, To: ana });
  assert.deepEqual(told(), []);

  const post = (body: string) => fetch(url, { method: 'POST', body: new URLSearchParams(body), redirect: 'error' });
  for (const _ of [1, 2]) assert.equal((await post('List-Unsubscribe=One-Click')).status, 200);
  await assert.rejects(client.sendEmail({ ...letter, To: ana }), { code: 406, statusCode: 422 });
  await client.sendEmail({ ...letter, To: ben });
  await client.sendEmail({ ...news, To: ana, MessageStream: 'outbound' });
  const { Suppressions } = await client.getSuppressions('broadcast');
  assert.deepEqual(
    Suppressions.map(row => [row.EmailAddress, row.SuppressionReason, row.Origin]),
    [[ana, 'ManualSuppression', 'Recipient']],
  );
  const [change] = await until('the unsubscription was told', () => told().length > 0 && told());
  const { ServerID: _, ChangedAt: __, ...facts } = change ?? ({} as Payload);
  assert.deepEqual(facts, {
    ...{ RecordType: 'SubscriptionChange', MessageID, MessageStream: 'broadcast', Recipient: ana },
    ...{ Origin: 'Recipient', SuppressSending: true, SuppressionReason: 'ManualSuppression' },
    ...{ Tag: 'news', Metadata: { issue: '7' } },
  });
  await assert.rejects(async () => {
    const { Suppressions: results } = await client.deleteSuppressions('broadcast', {
      Suppressions: [{ EmailAddress: ana }],
    });
    if (results[0]?.Status !== 'Failed') return;
    throw new Error(String(results[0]?.Message));
  });

  const back = await (await post('action=subscribe')).text();
  assert.match(back, /You are subscribed again/);
  const lifted = await until('the return was told', () => told().length > 1 && told()[1]);
  assert.deepEqual(
    [lifted?.SuppressSending, lifted?.SuppressionReason, lifted?.MessageID, lifted?.Origin],
    [false, null, null, 'Recipient'],
  );
  await client.sendEmail({ ...letter, To: ana });
  assert.equal(told().length, 2);
});
