// kill -9 of everything while mail servers hand over mail with attachments. What was answered with 250 is posted to the
// receiver as it was written, whatever dies; a mail that is handed over again because its answer was lost stays one mail.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { InboundPayload } from '../apps/platform/src/features/inbound/inbound-payload.ts';
import { startWebhookReceiver } from '../tools/fake-world/webhook-receiver.ts';
import { ask } from './harness/database.ts';
import { openSubmission, type SubmissionSession } from './harness/submit.ts';
import { tell } from './harness/tell.ts';
import { until } from './harness/until.ts';
import { freePort, story } from './harness/world.ts';

const mails = 240;
const deaths = 3;
const connections = 4;
const attachmentBytes = 30_000;
/** Of so many mails one goes to two recipients, and of one the first 250 is lost on its way to its sender. */
const every = 5;
const domain = 'in.shop.test';

type Mail = { number: number; recipients: string[]; file: Buffer; source: Buffer; isAnswerLost: boolean };

function makeMail(_: unknown, number: number): Mail {
  const file = randomBytes(attachmentBytes);
  const recipients = [`help+${number}@${domain}`];
  if (number % every === 0) recipients.push(`copy+${number}@${domain}`);
  const lines = [
    ...['From: Ann <ann@client.test>', `To: ${recipients.join(', ')}`, `Subject: Mail ${number}`],
    ...[`Message-ID: <${number}@client.test>`, 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b', ''],
    ...['--b', 'Content-Type: text/plain', '', `This is mail ${number}.`],
    ...['--b', 'Content-Type: application/octet-stream', 'Content-Disposition: attachment; filename=file.bin'],
    ...['Content-Transfer-Encoding: base64', '', ...(file.toString('base64').match(/.{1,76}/g) ?? []), '--b--', ''],
  ];
  return { number, recipients, file, source: Buffer.from(lines.join('\r\n')), isAnswerLost: number % every === 1 };
}

story(
  'kill -9 of everything, three times while mail comes in: what was taken is posted whole, and nothing becomes two mails',
  async world => {
    const all = Array.from({ length: mails }, makeMail);
    const mailOf = new Map(all.flatMap(mail => mail.recipients.map(recipient => [recipient, mail] as const)));
    const messageIds = new Map<string, Set<string>>();
    const wrong: string[] = [];
    let posts = 0;
    const receiver = await startWebhookReceiver({
      react: ({ body }) => {
        const payload = JSON.parse(body) as InboundPayload;
        posts += 1;
        receiver.requests.length = 0;
        const recipient = payload.OriginalRecipient;
        if (!isWhole(payload, mailOf.get(recipient))) wrong.push(recipient);
        messageIds.set(recipient, (messageIds.get(recipient) ?? new Set()).add(payload.MessageID));
        return {};
      },
    });
    world.atEnd.push(() => receiver.close());
    const inboundPort = await freePort();
    const start = () =>
      world.start({ PENNYBLACK_ALLOW_PRIVATE_TARGETS: 'true', PENNYBLACK_INBOUND_PORT: String(inboundPort) });
    let platform = await start();
    await world.client.editServer({ InboundDomain: domain, InboundHookUrl: `${receiver.url}/inbound` });

    let taken = 0;
    let handedOver = 0;
    async function sendFrom(open: Mail[]): Promise<void> {
      let session: SubmissionSession | undefined;
      const handOver = async ({ recipients, source }: Mail): Promise<void> => {
        for (;;) {
          session ??= await openSubmission(inboundPort, null).catch(() => undefined);
          if (session) handedOver += 1;
          const { reply } = (await session?.submit({ mailFrom: 'ann@client.test', recipients, source })) ?? {};
          if (reply?.startsWith('250')) return;
          assert.ok(!reply?.startsWith('5'), `a mail was refused for ever: ${reply}`);
          session?.close();
          session = undefined;
          await wait(50); // As a mail server does, only sooner.
        }
      };
      for (let mail = open.shift(); mail; mail = open.shift()) {
        await handOver(mail);
        if (mail.isAnswerLost) await handOver(mail);
        taken += 1;
      }
      session?.close();
    }
    const open = [...all];
    const sending = Promise.all(Array.from({ length: connections }, () => sendFrom(open)));
    for (let death = 1; death <= deaths; death += 1) {
      const line = Math.floor((mails * death) / (deaths + 1));
      await until(`${line} mails are taken`, () => taken >= line, { everyMilliseconds: 5 });
      await platform.killEverything();
      platform = await start();
    }
    await sending;

    await until('every mail is posted', () => messageIds.size === mailOf.size);
    const stored = await until(
      'every message is processed',
      async () => {
        const rows = await ask<{ recipient: string; messageId: string; status: string }>(
          world.dataFolder,
          'select recipient, message_id as "messageId", status from inbound_messages',
        );
        return rows.every(({ status }) => status === 'Processed') && rows;
      },
      { everyMilliseconds: 200 },
    );
    tell(
      `${mails} mails to ${mailOf.size} recipients were handed over ${handedOver} times over ${deaths} deaths, became ` +
        `${stored.length} messages and were posted ${posts} times`,
    );
    assert.deepEqual(wrong, [], 'each post says what the mail said');
    assert.equal(stored.length, mailOf.size, 'each recipient has one message');
    for (const { recipient, messageId } of stored)
      assert.deepEqual([...(messageIds.get(recipient) ?? [])], [messageId], `posts for ${recipient}`);
    assert.equal((await world.client.getInboundMessages({ count: 1, offset: 0 })).TotalCount, mailOf.size);
  },
  { zones: { [domain]: { MX: [{ exchange: 'inbound.post.pennyblack.test', preference: 10 }] } } },
);

function isWhole(payload: InboundPayload, mail: Mail | undefined): boolean {
  const [attachment, ...others] = payload.Attachments;
  return (
    mail !== undefined &&
    others.length === 0 &&
    payload.Subject === `Mail ${mail.number}` &&
    payload.TextBody.trim() === `This is mail ${mail.number}.` &&
    Buffer.from(attachment?.Content ?? '', 'base64').equals(mail.file)
  );
}
