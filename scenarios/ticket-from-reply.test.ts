// A help desk makes tickets of replies: it sets its inbound domain by API, a customer answers a mail of the desk, and the
// desk's receiver makes a ticket of what is posted. The receiver is down for a while, refuses a mail for good by mistake, and
// asks for one that a rule kept back: it hears of all of them.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { Models } from 'postmark';
import type { InboundPayload } from '../apps/platform/src/features/inbound/inbound-payload.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../tools/fake-world/webhook-receiver.ts';
import { until } from './harness/until.ts';
import { freePort, inboxDomain, sender, serverToken, story } from './harness/world.ts';

const inboundDomain = 'in.shop.test';
const customer = `ana@${inboxDomain}`;
const secret = 'desk:s3cret';
const authorization = `Basic ${Buffer.from(secret).toString('base64')}`;

type Call = { ID: string; State: string; Attempts: { StatusCode: number | null }[] };

story(
  'a reply becomes a ticket, also over a receiver that is down, refuses, or asks for what was blocked',
  async world => {
    const inboundPort = await freePort();
    const receiverPort = await freePort();
    /** Status of the receiver for a mail, by its MailboxHash; 200 where there is none. */
    const statuses = new Map<string, number>();
    let receiver: WebhookReceiver | undefined;
    const bodies: string[] = [];
    const openReceiver = async () => {
      receiver = await startWebhookReceiver({
        port: receiverPort,
        react: ({ headers, body }) => {
          if (headers.authorization !== authorization) return { status: 401 };
          bodies.push(body);
          return { status: statuses.get((JSON.parse(body) as InboundPayload).MailboxHash) ?? 200 };
        },
      });
    };
    await openReceiver();
    world.atEnd.push(async () => receiver?.close());
    const bodiesOf = (hash: string) => bodies.filter(body => (JSON.parse(body) as InboundPayload).MailboxHash === hash);
    const postOf = (hash: string) =>
      JSON.parse(bodiesOf(hash)[0] ?? assert.fail(`${hash} was posted`)) as InboundPayload;

    await world.start({ PENNYBLACK_ALLOW_PRIVATE_TARGETS: 'true', PENNYBLACK_INBOUND_PORT: String(inboundPort) });
    const { client } = world;
    const edited = await client.editServer({
      InboundDomain: inboundDomain,
      InboundHookUrl: `http://${secret}@127.0.0.1:${receiverPort}/inbound`,
    });
    assert.equal(edited.InboundDomain, inboundDomain);
    const transport = createTransport({ host: '127.0.0.1', port: inboundPort, tls: { rejectUnauthorized: false } });
    world.atEnd.push(async () => transport.close());

    // A search without a status finds what was processed.
    const untilStatus = (hash: string, status: string): Promise<Models.InboundMessage> =>
      until(`${hash} is ${status}`, async () => {
        const filter = { mailboxhash: hash, status, count: 10, offset: 0 };
        const { InboundMessages } = await client.getInboundMessages(filter as never);
        return InboundMessages[0];
      });
    const write = (from: string, hash: string) =>
      transport.sendMail({ from, to: `help+${hash}@${inboundDomain}`, subject: `About ${hash}`, text: 'Hello' });

    // The desk writes to a customer, and the address for his answer names the ticket.
    await client.sendEmail({
      ...{ From: sender, To: customer, ReplyTo: `help+ticket-88@${inboundDomain}` },
      ...{ Subject: 'Order 1042', TextBody: 'Please try again.' },
    });
    const [question] = await until('the mail arrived', () => world.sink.messages.length > 0 && world.sink.messages);
    const field = (name: string) =>
      new RegExp(`^${name}: *(.+)\r$`, 'im').exec(question?.raw.toString('latin1') ?? '')?.[1] ?? '';
    assert.equal(field('Reply-To'), `help+ticket-88@${inboundDomain}`);

    // He answers, to others as well, with a file, while the receiver is being restarted.
    statuses.set('ticket-88', 503);
    const file = randomBytes(200_000);
    await transport.sendMail({
      from: `"Ana Berg" <${customer}>`,
      to: [`"Support" <${field('Reply-To')}>`, 'boss@inbox.test'],
      cc: `sales@${inboundDomain}`,
      envelope: { from: customer, to: [field('Reply-To'), `sales@${inboundDomain}`, `archive@${inboundDomain}`] },
      subject: 'Re: Order 1042',
      inReplyTo: field('Message-ID'),
      references: field('Message-ID'),
      text: [
        'Thanks, that works – see the picture.',
        '',
        'On Mon, Mar 3, 2025 at 9:00 AM Shop <desk@shop.test> wrote:',
        '> Please try again.',
        '',
      ].join('\n'),
      attachments: [{ filename: 'Größe.png', content: file, contentType: 'image/png' }],
    });

    const waiting = await untilStatus('ticket-88', 'Scheduled');
    const payloads = await until('each recipient is posted', () => {
      const posts = bodies.map(body => JSON.parse(body) as InboundPayload);
      return new Set(posts.map(post => post.OriginalRecipient)).size === 3 && posts;
    });
    const recipients = payloads.map(post => [post.OriginalRecipient, post.Bcc]);
    for (const name of ['sales', 'archive']) {
      const recipient = `${name}@${inboundDomain}`;
      assert.deepEqual(
        recipients.filter(([original]) => original === recipient),
        // Nobody but the envelope names the archive.
        [[recipient, name === 'archive' ? recipient : '']],
      );
    }
    const ticket = postOf('ticket-88');
    assert.equal(ticket.MessageID, waiting.MessageID);
    assert.deepEqual(
      [ticket.From, ticket.FromName, ticket.Subject, ticket.MailboxHash, ticket.OriginalRecipient, ticket.Bcc],
      [customer, 'Ana Berg', 'Re: Order 1042', 'ticket-88', `help+ticket-88@${inboundDomain}`, ''],
    );
    assert.equal(ticket.StrippedTextReply, 'Thanks, that works – see the picture.');
    assert.match(ticket.TextBody, /wrote:\r?\n> Please try again\./);
    assert.deepEqual(
      [...ticket.ToFull, ...ticket.CcFull].map(({ Email, MailboxHash }) => [Email, MailboxHash]),
      [
        [`help+ticket-88@${inboundDomain}`, 'ticket-88'],
        ['boss@inbox.test', ''],
        [`sales@${inboundDomain}`, ''],
      ],
    );
    assert.equal(ticket.Headers.find(({ Name }) => Name === 'In-Reply-To')?.Value, field('Message-ID'));
    const [attachment, ...others] = ticket.Attachments;
    assert.deepEqual(others, []);
    assert.deepEqual(
      [attachment?.Name, attachment?.ContentType.split(';')[0], attachment?.ContentLength],
      ['Größe.png', 'image/png', file.length],
    );
    assert.ok(Buffer.from(attachment?.Content ?? '', 'base64').equals(file), 'the file is what he sent');

    // Down for a while: first it answers 503, then nobody listens, then it is back. The desk asks for the next attempts by
    // API, so that the story need not wait for them.
    const ask = async (method: 'GET' | 'POST', path: string): Promise<Record<string, unknown>> => {
      const headers = { 'X-Postmark-Server-Token': serverToken, Accept: 'application/json' };
      const answer = await fetch(`${world.url}${path}`, { method, headers });
      assert.equal(answer.status, 200, path);
      return (await answer.json()) as Record<string, unknown>;
    };
    const { Webhooks } = await ask('GET', '/webhooks?messagestream=inbound&includeserverhooks=true');
    const calls = `/webhooks/${(Webhooks as { ID: number }[])[0]?.ID}/calls`;
    const openCall = async () => {
      const { Calls } = await ask('GET', `${calls}?count=10&offset=0&messageid=${ticket.MessageID}`);
      return (Calls as Call[])[0] ?? assert.fail('there is a call');
    };
    const tryAgain = async () => {
      const call = await openCall();
      await ask('POST', `${calls}/${call.ID}/replay`);
      return until('one more attempt is recorded', async () => {
        const now = await openCall();
        return now.Attempts.length > call.Attempts.length && now;
      });
    };
    assert.equal((await openCall()).State, 'waiting');
    assert.equal((await tryAgain()).State, 'waiting');
    await receiver?.close();
    assert.equal((await tryAgain()).State, 'waiting');
    await openReceiver();
    statuses.delete('ticket-88');
    const { State, Attempts } = await tryAgain();
    assert.equal(State, 'succeeded');
    assert.deepEqual(
      [...new Set(Attempts.map(attempt => attempt.StatusCode))],
      [503, null, 200],
      'null: nobody listened',
    );
    await untilStatus('ticket-88', 'Processed');
    const same = bodiesOf('ticket-88');
    assert.ok(same.length >= 3, `${same.length} posts were heard`);
    assert.ok(
      same.every(body => body === same[0]),
      'each attempt has the same body, byte for byte',
    );

    // A sender who is kept back, until the desk asks for one of his mails.
    const rule = await client.createInboundRuleTrigger({ Rule: 'pest@noisy.test' });
    await write('pest@noisy.test', 'blocked');
    const blocked = await untilStatus('blocked', 'Blocked');
    await write('friend@noisy.test', 'friendly');
    await untilStatus('friendly', 'Processed');
    assert.equal(bodiesOf('friendly').length, 1);
    assert.deepEqual(bodiesOf('blocked'), []);
    const { BlockedReason } = await client.getInboundMessageDetails(blocked.MessageID);
    assert.match(BlockedReason, /blocked by domain rule: pest@noisy\.test/);
    await client.bypassBlockedInboundMessage(blocked.MessageID);
    await untilStatus('blocked', 'Processed');
    assert.equal(postOf('blocked').MessageID, blocked.MessageID);
    await client.deleteInboundRuleTrigger(rule.ID);

    // A receiver that says "never again" is believed at once; the desk sees the bounce and asks for the mail.
    statuses.set('refused', 403);
    await write(customer, 'refused');
    const refused = await untilStatus('refused', 'Failed');
    const { Bounces } = await client.getBounces({ messageID: refused.MessageID, messageStream: 'inbound', count: 10 });
    assert.deepEqual(
      Bounces.map(({ Type, TypeCode, Email, MessageID }) => [Type, TypeCode, Email, MessageID]),
      [['InboundError', 100_008, `help+refused@${inboundDomain}`, refused.MessageID]],
    );
    assert.equal(bodiesOf('refused').length, 1);
    statuses.delete('refused');
    await client.retryInboundHookForMessage(refused.MessageID);
    await untilStatus('refused', 'Processed');
    const [first, second] = bodiesOf('refused');
    assert.equal(second, first);
  },
  { zones: { [inboundDomain]: { MX: [{ exchange: 'inbound.post.pennyblack.test', preference: 10 }] } } },
);
