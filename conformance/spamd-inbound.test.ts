// Debian's spamd from SMTP to a customer's hook: its verdict stands in the headers of what is posted, and a server's threshold
// keeps back what scores above it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createTransport } from 'nodemailer';
import type { Models } from 'postmark';
import { askSpamd } from '../apps/platform/src/edges/mail-checks/spamd-client.ts';
import { isSpamdInstalled, startSpamd } from '../apps/platform/src/edges/mail-checks/testing/real-spamd.ts';
import type { InboundPayload } from '../apps/platform/src/features/inbound/inbound-payload.ts';
import { tell } from '../scenarios/harness/tell.ts';
import { until } from '../scenarios/harness/until.ts';
import { freePort } from '../scenarios/harness/world.ts';
import { startWebhookReceiver } from '../tools/fake-world/webhook-receiver.ts';
import { runPlatform } from './running-platform.ts';

/** What all of SpamAssassin calls spam (GTUBE), with a score of 1000. */
const spamText = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X';
const domain = 'in.shop.test';
const name = 'the verdict of a real spamd is posted, and a threshold keeps spam back';

if (isSpamdInstalled) test(name, showVerdicts);
else {
  const reason = 'spamd is not installed (Debian: apt-get install spamassassin spamd)';
  test(name, { skip: reason }, () => {});
  tell(`left out: ${reason}`);
}

async function showVerdicts(): Promise<void> {
  const spamd = await startSpamd();
  after(() => spamd.stop());
  const receiver = await startWebhookReceiver();
  after(() => receiver.close());
  // Its first mail takes long: it compiles its rules.
  await askSpamd(spamd.address, Buffer.from('Subject: first\r\n\r\nHello\r\n'), 120_000);
  const inboundPort = await freePort();
  const { live } = await runPlatform(
    { zones: { [domain]: { MX: [{ exchange: 'inbound.post.pennyblack.test', preference: 10 }] } } },
    {
      PENNYBLACK_ALLOW_PRIVATE_TARGETS: 'true',
      PENNYBLACK_INBOUND_PORT: String(inboundPort),
      PENNYBLACK_SPAMD: spamd.address.path,
    },
  );
  await live.editServer({ InboundDomain: domain, InboundHookUrl: receiver.url, InboundSpamThreshold: 30 });
  const transport = createTransport({ host: '127.0.0.1', port: inboundPort, tls: { rejectUnauthorized: false } });
  after(() => transport.close());

  const write = (hash: string, text: string) =>
    transport.sendMail({
      from: 'Ann <ann@client.test>',
      to: `help+${hash}@${domain}`,
      subject: `About ${hash}`,
      text,
      headers: { 'X-Spam-Status': 'No', 'X-Spam-Score': '-99' },
    });
  const untilStatus = (hash: string, status: string): Promise<Models.InboundMessage> =>
    until(`${hash} is ${status}`, async () => {
      const filter = { mailboxhash: hash, status, count: 10, offset: 0 };
      const { InboundMessages } = await live.getInboundMessages(filter as never);
      return InboundMessages[0];
    });
  /** By their names, in order, with what they say. */
  const verdictOf = (hash: string): [string, string][] => {
    const posts = receiver.requests.map(({ body }) => JSON.parse(body) as InboundPayload);
    const post = posts.find(({ MailboxHash }) => MailboxHash === hash) ?? assert.fail(`${hash} was posted`);
    return post.Headers.flatMap(({ Name, Value }) => (Name.startsWith('X-Spam-') ? [[Name, Value]] : []));
  };
  const namesOf = (verdict: readonly [string, string][]) => verdict.map(([field]) => field);
  const names = ['X-Spam-Checker-Version', 'X-Spam-Status', 'X-Spam-Score', 'X-Spam-Tests'];

  await write('ham', 'Hello, where is my order?');
  await untilStatus('ham', 'Processed');
  const ham = verdictOf('ham');
  assert.deepEqual(namesOf(ham), names, 'what the mail itself says of it is left out');
  const [version, status, score, tests] = ham.map(([, value]) => value);
  assert.match(version ?? '', /^SpamAssassin \d+\.\d+\.\d+ /);
  assert.equal(status, 'No');
  assert.ok(Number(score) > -50 && Number(score) < 5, score);
  assert.match(tests ?? '', /^[A-Z0-9_]+(,[A-Z0-9_]+)*$/);

  await write('spam', spamText);
  const blocked = await untilStatus('spam', 'Blocked');
  const { BlockedReason } = await live.getInboundMessageDetails(blocked.MessageID);
  assert.match(BlockedReason, /spam threshold: a score of \d{3,4}(\.\d+)? is above 30$/);
  await live.bypassBlockedInboundMessage(blocked.MessageID);
  await untilStatus('spam', 'Processed');
  const spam = new Map(verdictOf('spam'));
  assert.equal(spam.get('X-Spam-Status'), 'Yes');
  assert.ok(Number(spam.get('X-Spam-Score')) > 900);
  assert.ok(spam.get('X-Spam-Tests')?.split(',').includes('GTUBE'));

  // Without a threshold spam is posted with its verdict.
  await live.editServer({ InboundSpamThreshold: 0 });
  await write('welcome', spamText);
  await untilStatus('welcome', 'Processed');
  assert.equal(new Map(verdictOf('welcome')).get('X-Spam-Status'), 'Yes');
}
