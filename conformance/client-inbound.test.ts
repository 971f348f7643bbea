// The unmodified official Node client reads inbound mail that came by SMTP, releases what was blocked or had failed, keeps rules
// about senders and sets inbound domains, against a running platform whose calls a real receiver takes.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { AccountClient, Errors, Models } from 'postmark';
import { runCommand } from '../scenarios/harness/command-line.ts';
import { until } from '../scenarios/harness/until.ts';
import { accountToken, freePort, serverToken } from '../scenarios/harness/world.ts';
import { startWebhookReceiver } from '../tools/fake-world/webhook-receiver.ts';
import { runPlatform } from './running-platform.ts';

const receiver = await startWebhookReceiver();
after(() => receiver.close());
const inboundPort = await freePort();
const { live, world, sandbox } = await runPlatform(
  { zones: { 'elsewhere.client.test': { MX: [{ exchange: 'mx.provider.test', preference: 10 }] } } },
  {
    PENNYBLACK_ALLOW_PRIVATE_TARGETS: 'true',
    PENNYBLACK_INBOUND_PORT: String(inboundPort),
    PENNYBLACK_INBOUND_ATTACHMENT_URL_BYTES: '1000',
  },
);
const account = new AccountClient(accountToken, { requestHost: new URL(world.url).host, useHttps: false, timeout: 30 });
const domain = 'in.client.test';
await live.editServer({ InboundDomain: domain, InboundHookUrl: `${receiver.url}/inbound` });

const transport = createTransport({ host: '127.0.0.1', port: inboundPort, tls: { rejectUnauthorized: false } });
after(() => transport.close());

let sent = 0;
/** Mail from the world. Answers a word that no other mail has in its recipient. */
async function mailFrom(from: string, more: SendMailOptions = {}): Promise<string> {
  sent += 1;
  const hash = `ticket-${sent}`;
  await transport.sendMail({
    from,
    to: `Help <help+${hash}@${domain}>`,
    subject: `About ${hash}`,
    text: 'Hello',
    ...more,
  });
  return hash;
}

type Payload = Record<string, unknown> & { MailboxHash: string; MessageID: string };
const posted = (hash: string) =>
  receiver.requests.map(({ body }) => JSON.parse(body) as Payload).filter(({ MailboxHash }) => MailboxHash === hash);

async function find(hash: string, status?: Models.InboundMessageStatus): Promise<Models.InboundMessage[]> {
  const filter = { mailboxhash: hash, count: 10, offset: 0, ...(status === undefined ? {} : { status }) };
  return (await live.getInboundMessages(filter as never)).InboundMessages;
}

async function findOne(hash: string, status?: Models.InboundMessageStatus): Promise<Models.InboundMessage> {
  await until(`${hash} is ${status ?? 'processed'}`, async () => (await find(hash, status)).length === 1);
  return (await find(hash, status))[0] ?? assert.fail('it was there a moment ago');
}

function isRefusal(code: number, text?: string) {
  return (error: unknown) => {
    assert.ok(error instanceof Errors.ApiInputError, String(error));
    assert.equal(error.code, code);
    if (text !== undefined) assert.match(error.message, new RegExp(text));
    return true;
  };
}

test('mail from the world is posted, found by every filter and shown with its texts', async () => {
  const hash = await mailFrom('Ann Berg <ann@sender.test>', {
    cc: 'boss@client.test',
    inReplyTo: '<before@shop.test>',
    text: 'Thanks, that works.\n\nOn Mon, Mar 3, 2025 at 9:00 AM Support <help@shop.test> wrote:\n> Please try again\n',
    html: '<p>Thanks, that works.</p>',
    attachments: [{ filename: 'note.txt', content: 'hello' }],
    headers: { 'X-Tag': 'orders' },
  });
  const found = await findOne(hash);
  const [body] = posted(hash);
  assert.equal(body?.MessageID, found.MessageID);
  assert.deepEqual(
    [found.From, found.FromName, found.Subject, found.OriginalRecipient, found.Tag, found.Status, found.MessageStream],
    ['ann@sender.test', 'Ann Berg', `About ${hash}`, `help+${hash}@${domain}`, 'orders', 'Processed', 'inbound'],
  );
  assert.deepEqual(found.ToFull, [{ Email: `help+${hash}@${domain}`, Name: 'Help', MailboxHash: hash }]);
  assert.deepEqual(found.Attachments, [
    { Name: 'note.txt', ContentID: '', ContentType: 'text/plain', ContentLength: 5 } as never,
  ]);

  const details = await live.getInboundMessageDetails(found.MessageID);
  assert.match(details.TextBody, /^Thanks, that works\.\s+On Mon/);
  assert.equal(details.HtmlBody.trim(), '<p>Thanks, that works.</p>');
  assert.equal(details.StrippedTextReply, 'Thanks, that works.');
  assert.equal(details.BlockedReason, '');
  assert.equal(details.Headers[0]?.Name, 'Return-Path');
  for (const key of ['TextBody', 'HtmlBody', 'StrippedTextReply', 'Headers', 'Date', 'ToFull', 'CcFull'] as const)
    assert.deepEqual(details[key], body?.[key], key);

  const filters: Models.InboundMessagesFilteringParameters[] = [
    { recipient: 'boss@client.test' },
    { fromEmail: 'ann@sender.test' },
    { subject: hash },
    { tag: 'orders' },
    { status: Models.InboundMessageStatus.Processed, fromDate: '2020-01-01', toDate: '2090-01-01' },
  ] as never;
  for (const filter of filters) {
    const { InboundMessages } = await live.getInboundMessages({ ...filter, count: 500, offset: 0 } as never);
    assert.ok(
      InboundMessages.some(({ MessageID }) => MessageID === found.MessageID),
      JSON.stringify(filter),
    );
  }
  await assert.rejects(sandbox.getInboundMessageDetails(found.MessageID), isRefusal(701, 'not found'));
});

test('a rule blocks a sender; a blocked message is bypassed once', async () => {
  const rule = await live.createInboundRuleTrigger({ Rule: 'Ads.TEST' });
  assert.equal(rule.Rule, 'ads.test');
  await assert.rejects(live.createInboundRuleTrigger({ Rule: 'ads.test' }), isRefusal(810));
  assert.deepEqual((await live.getInboundRuleTriggers({ count: 10, offset: 0 })).InboundRules, [rule]);

  const hash = await mailFrom('noisy@ads.test');
  const blocked = await findOne(hash, Models.InboundMessageStatus.Blocked);
  const details = await live.getInboundMessageDetails(blocked.MessageID);
  assert.match(details.BlockedReason, /blocked by domain rule: ads\.test$/);
  assert.deepEqual(posted(hash), []);
  await assert.rejects(live.retryInboundHookForMessage(blocked.MessageID), isRefusal(701, 'cannot be retried'));

  const answer = await live.bypassBlockedInboundMessage(blocked.MessageID);
  assert.deepEqual(answer, { ErrorCode: 0, Message: `Successfully bypassed message: ${blocked.MessageID}.` });
  await findOne(hash);
  assert.deepEqual(
    posted(hash).map(({ MessageID }) => MessageID),
    [blocked.MessageID],
  );
  await assert.rejects(live.bypassBlockedInboundMessage(blocked.MessageID), isRefusal(701, 'cannot be bypassed'));

  const removed = await live.deleteInboundRuleTrigger(rule.ID);
  assert.deepEqual(removed, { ErrorCode: 0, Message: 'Rule ads.test removed.' });
  await assert.rejects(live.deleteInboundRuleTrigger(rule.ID), isRefusal(812));
  const next = await mailFrom('noisy@ads.test');
  assert.equal((await findOne(next)).Status, 'Processed');
});

test('a receiver that says 403 ends the calls; a failed message is retried', async () => {
  receiver.setScript(() => ({ status: 403 }));
  const hash = await mailFrom('ann@sender.test');
  const failed = await findOne(hash, Models.InboundMessageStatus.Failed);
  receiver.setScript(() => undefined);
  await assert.rejects(live.bypassBlockedInboundMessage(failed.MessageID), isRefusal(701, 'cannot be bypassed'));
  const answer = await live.retryInboundHookForMessage(failed.MessageID);
  assert.deepEqual(answer, { ErrorCode: 0, Message: `Successfully rescheduled failed message: ${failed.MessageID}.` });
  await findOne(hash);
  const [first, second] = posted(hash);
  assert.deepEqual(second, first, 'the same message has the same body');
  await assert.rejects(live.retryInboundHookForMessage(failed.MessageID), isRefusal(701, 'cannot be retried'));
  for (const id of ['00000000-0000-4000-8000-000000000000', 'nonsense']) {
    await assert.rejects(live.retryInboundHookForMessage(id), isRefusal(701));
    await assert.rejects(live.bypassBlockedInboundMessage(id), isRefusal(701));
    await assert.rejects(live.getInboundMessageDetails(id), isRefusal(701));
  }
});

test('a large attachment is posted as a link that anybody who has it may follow', async () => {
  const content = Buffer.alloc(5000, 'Grüße ');
  const hash = await mailFrom('ann@sender.test', {
    attachments: [
      { filename: 'small.txt', content: 'hello' },
      { filename: 'Große Datei.html', content, contentType: 'text/html' },
    ],
  });
  await findOne(hash);
  const [body = assert.fail('it was posted')] = posted(hash);
  const [small, large] = body.Attachments as Record<string, string>[];
  assert.deepEqual([small?.Content, small && 'ContentUrl' in small], ['aGVsbG8=', false]);
  assert.deepEqual([large?.Content, large?.ContentLength], ['', 5000]);
  const url = large?.ContentUrl ?? '';
  const answer = await fetch(url);
  assert.equal(answer.status, 200);
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), content);
  assert.equal(answer.headers.get('content-type'), 'text/html');
  assert.match(
    answer.headers.get('content-disposition') ?? '',
    /^attachment; .*filename\*=UTF-8''Gro%C3%9Fe%20Datei\.html$/,
  );
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  assert.match(answer.headers.get('content-security-policy') ?? '', /^sandbox;/);
  assert.equal((await fetch(url, { method: 'HEAD' })).headers.get('content-length'), '5000');
  for (const changed of [url.slice(0, -1), `${url}x`, url.replace(/.{3}$/, 'AAA')])
    assert.equal((await fetch(changed)).status, 404);
});

test('a sample is taken like mail from the world, by API and by command', async () => {
  const call = async (body: object) => {
    const answer = await fetch(`${world.url}/server/inbound/sample`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Postmark-Server-Token': serverToken },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as { ErrorCode: number; MessageID: string; OriginalRecipient: string };
  };
  const made = await call({ From: 'Eve <eve@sender.test>', Subject: 'Re: A sample', MailboxHash: 'sample-1' });
  const found = await findOne('sample-1');
  assert.deepEqual([found.MessageID, found.Subject], [made.MessageID, 'Re: A sample']);
  const [body = assert.fail('it was posted')] = posted('sample-1');
  assert.deepEqual(
    [body.MessageID, body.From, body.Tag, body.StrippedTextReply, (body.Attachments as object[]).length],
    [made.MessageID, 'eve@sender.test', 'TestTag', 'This is a sample of an inbound message.', 1],
  );
  for (const wrong of [{ From: 'nobody' }, { MailboxHash: 'a b' }, { MailboxHash: 'x'.repeat(32) }])
    assert.equal((await call(wrong)).ErrorCode, 300, JSON.stringify(wrong));

  const { ID } = await live.getServer();
  const words = ['inbound', 'sample', String(ID), '--hash', 'sample-2'];
  const said = await runCommand(world.folder, world.settings(), words);
  const [messageId] = said.trim().split('  ');
  assert.equal((await findOne('sample-2')).MessageID, messageId);
});

test('createServer and editServer take an inbound domain, with the refusals of the documentation', async () => {
  const server = await account.createServer({ Name: 'Inbound', InboundDomain: '*.more.client.test' });
  assert.equal(server.InboundDomain, '*.more.client.test');
  await assert.rejects(account.editServer(server.ID, { InboundDomain: domain }), isRefusal(602));
  await assert.rejects(account.editServer(server.ID, { InboundDomain: 'elsewhere.client.test' }), isRefusal(610));
  await assert.rejects(account.editServer(server.ID, { InboundDomain: 'x.post.pennyblack.test' }), isRefusal(608));
  const records = await runCommand(world.folder, world.settings(), ['inbound', 'records', String(server.ID)]);
  assert.match(records, /^; No MX record of \*\.more\.client\.test was found yet/m);
  assert.match(records, /^\*\.more\.client\.test\. {2}MX {2}10 post\.pennyblack\.test\.$/m);
  assert.equal((await account.editServer(server.ID, { InboundDomain: '' })).InboundDomain, '');
});
