// The unmodified official Node client reads back what was sent: search with every filter, details, source.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import PostalMime from 'postal-mime';
import { Models } from 'postmark';
import { until } from '../scenarios/harness/until.ts';
import { inboxDomain, sender, senderDomain } from '../scenarios/harness/world.ts';
import { runPlatform } from './running-platform.ts';

const { world, live, sandbox } = await runPlatform({
  sink: {
    react: moment => (moment.phase === 'rcpt' && moment.recipient?.startsWith('slow') ? '450 4.2.1 Later' : undefined),
  },
});

const ids: Record<string, string> = {};

before(async () => {
  const messages = {
    receipt: {
      From: sender,
      To: `Ana Ñandú <ana@${inboxDomain}>`,
      Cc: `cc@${inboxDomain}`,
      Bcc: `bcc@${inboxDomain}`,
      Subject: 'Your Receipt no. 1042',
      HtmlBody: '<p>Thanks</p>',
      TextBody: 'Thanks',
      Tag: 'receipt',
      Metadata: { order: '1042', colour: 'blue' },
      Attachments: [{ Name: 'receipt.txt', Content: 'aGVsbG8=', ContentType: 'text/plain', ContentID: null }],
    },
    plain: { From: `other@${senderDomain}`, To: `ben@${inboxDomain}`, Subject: 'Nothing special', TextBody: 'Text' },
    waiting: { From: sender, To: `slow@${inboxDomain}`, Subject: 'Waiting', TextBody: 'Text' },
    news: {
      From: sender,
      To: `reader@${inboxDomain}`,
      Subject: 'News',
      HtmlBody: '<p>News</p>',
      MessageStream: 'broadcast',
    },
  };
  for (const [name, message] of Object.entries(messages)) ids[name] = (await live.sendEmail(message)).MessageID;
  for (const name of ['receipt', 'plain', 'news']) {
    await until(
      'it is delivered',
      async () => (await live.getOutboundMessageDetails(ids[name] ?? '')).Status === 'Sent',
    );
  }
});

async function search(filter: object): Promise<string[]> {
  const found = await live.getOutboundMessages({ count: 50, offset: 0, ...filter });
  assert.equal(Number(found.TotalCount), found.Messages.length);
  return found.Messages.map(message => Object.keys(ids).find(name => ids[name] === message.MessageID) ?? 'unknown');
}

const inTheStream = ['waiting', 'plain', 'receipt'];
const today = new Date();
const dayOf = (offset: number) => new Date(today.getTime() + offset * 86_400_000).toISOString().slice(0, 10);

const searches: readonly [what: string, filter: object, expected: string[]][] = [
  ['nothing: the stream outbound, newest first', {}, inTheStream],
  ['the recipient in To', { recipient: `ana@${inboxDomain}` }, ['receipt']],
  ['the recipient in Bcc, in another case', { recipient: `BCC@${inboxDomain}` }, ['receipt']],
  ['the sender', { fromEmail: `other@${senderDomain}` }, ['plain']],
  ['the tag', { tag: 'receipt' }, ['receipt']],
  ['a part of the subject, in another case', { subject: 'receipt NO' }, ['receipt']],
  ['the status queued', { status: Models.OutboundMessageStatus.Queued }, ['waiting']],
  ['the status sent', { status: Models.OutboundMessageStatus.Sent }, ['plain', 'receipt']],
  ['the status processed, which is the same', { status: Models.OutboundMessageStatus.Processed }, ['plain', 'receipt']],
  ['the stream', { messageStream: 'broadcast' }, ['news']],
  ['metadata', { metadata_order: '1042' }, ['receipt']],
  ['metadata of nobody', { metadata_order: '1043' }, []],
  ['dates around today', { fromDate: dayOf(-1), toDate: dayOf(1) }, inTheStream],
  ['dates long ago', { fromDate: dayOf(-9), toDate: dayOf(-8) }, []],
  ['several at once', { tag: 'receipt', recipient: `cc@${inboxDomain}`, subject: '1042' }, ['receipt']],
  ['several that contradict each other', { tag: 'receipt', fromEmail: `other@${senderDomain}` }, []],
];

for (const [what, filter, expected] of searches) {
  test(`search by ${what}`, async () => assert.deepEqual(await search(filter), expected));
}

test('pages follow each other, and counts beyond the limits are refused', async () => {
  const page = async (offset: number) => (await live.getOutboundMessages({ count: 1, offset })).Messages[0]?.MessageID;
  assert.deepEqual([await page(0), await page(1), await page(2)], [ids.waiting, ids.plain, ids.receipt]);
  assert.equal((await live.getOutboundMessages({ count: 1, offset: 0 })).TotalCount, 3);
  for (const paging of [
    { count: 501, offset: 0 },
    { count: 500, offset: 9_501 },
    { count: 1, offset: -1 },
  ]) {
    await assert.rejects(live.getOutboundMessages(paging), { code: 700, statusCode: 422 });
  }
});

test('an item of the search says everything that the client types promise', async () => {
  const { Messages } = await live.getOutboundMessages({ count: 1, offset: 0, tag: 'receipt' });
  const { ReceivedAt, ...item } = Messages[0] ?? ({} as never);
  assert.ok(Math.abs(Date.parse(ReceivedAt) - Date.now()) < 600_000);
  assert.deepEqual(item, {
    Tag: 'receipt',
    MessageID: ids.receipt,
    MessageStream: 'outbound',
    To: [{ Email: `ana@${inboxDomain}`, Name: 'Ana Ñandú' }],
    Cc: [{ Email: `cc@${inboxDomain}`, Name: '' }],
    Bcc: [{ Email: `bcc@${inboxDomain}`, Name: '' }],
    Recipients: ['ana', 'cc', 'bcc'].map(name => `${name}@${inboxDomain}`),
    From: item.From,
    Subject: 'Your Receipt no. 1042',
    Attachments: ['receipt.txt'],
    Status: 'Sent',
    TrackOpens: false,
    TrackLinks: 'None',
    Metadata: { order: '1042', colour: 'blue' },
    Sandboxed: false,
  });
  assert.match(item.From, /^"?Shop"? <desk@shop\.test>$/);
});

test('details tell the story of every recipient, with texts only', async () => {
  const details = await live.getOutboundMessageDetails(ids.receipt ?? '');
  assert.deepEqual([details.TextBody, details.HtmlBody], ['Thanks', '<p>Thanks</p>']);
  const events = details.MessageEvents as unknown as {
    Recipient: string;
    Type: string;
    ReceivedAt: string;
    Details: Record<string, unknown>;
  }[];
  assert.deepEqual(
    events.map(event => `${event.Type} ${event.Recipient}`).sort(),
    ['ana', 'bcc', 'cc'].map(name => `Delivered ${name}@${inboxDomain}`),
  );
  for (const event of events) {
    assert.deepEqual(event.Details, {
      DeliveryMessage: 'smtp;250 2.0.0 Ok: taken',
      DestinationServer: `mx.${inboxDomain} (127.0.0.1)`,
      DestinationIP: '127.0.0.1',
    });
    assert.ok(Date.parse(event.ReceivedAt) >= Date.parse(details.ReceivedAt));
  }
});

test('the dump is the source as it went out, and the same as in the details', async () => {
  const dump = await live.getOutboundMessageDump(ids.receipt ?? '');
  assert.equal((await live.getOutboundMessageDetails(ids.receipt ?? '')).Body, dump.Body);
  const sent = world.sink.messages.find(message => message.recipients.includes(`ana@${inboxDomain}`));
  assert.equal(
    dump.Body.replaceAll('\r\n', '\n').trimEnd(),
    sent?.raw.toString('utf8').replaceAll('\r\n', '\n').trimEnd(),
  );
  const parsed = await PostalMime.parse(dump.Body);
  assert.equal(parsed.subject, 'Your Receipt no. 1042');
  assert.ok(!/bcc@inbox/i.test(dump.Body), 'nobody learns of a Bcc recipient');
});

test('a message that is unknown, or of another server, is not found', async () => {
  for (const messageId of ['01900000-0000-7000-8000-000000000000', 'nonsense']) {
    await assert.rejects(live.getOutboundMessageDetails(messageId), { code: 701, statusCode: 422 }, messageId);
    await assert.rejects(live.getOutboundMessageDump(messageId), { code: 701, statusCode: 422 }, messageId);
  }
  await assert.rejects(sandbox.getOutboundMessageDetails(ids.receipt ?? ''), { code: 701 });
  await assert.rejects(sandbox.getOutboundMessageDump(ids.receipt ?? ''), { code: 701 });
  assert.equal((await sandbox.getOutboundMessages({ count: 5, offset: 0 })).TotalCount, 0);
});
