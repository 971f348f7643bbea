// Real reports of a real mail server: Debian's Postfix takes our mail with a 250, cannot deliver it, and writes a
// delivery report to the return path. It arrives at our own listener, and ends in the right bounce, suppression and webhook.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTransport } from 'nodemailer';
import { complaintReport } from '../apps/platform/src/features/reports/testing/sample-reports.ts';
import { ask } from '../scenarios/harness/database.ts';
import { tell } from '../scenarios/harness/tell.ts';
import { until } from '../scenarios/harness/until.ts';
import { freePort, openWorld, sender, type World } from '../scenarios/harness/world.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../tools/fake-world/webhook-receiver.ts';
import { type PostfixServer, reasonWithoutPostfix, startPostfix } from './postfix/postfix-server.ts';

const domain = 'reports.test';
const mailHost = 'mx.reports.test';
const mailHostname = 'post.pennyblack.test';

type Case = { address: string; what: string; type: string | undefined; suppression?: string; says: RegExp };

const cases: readonly Case[] = [
  {
    address: `nobody@${domain}`,
    what: 'an unknown user',
    type: 'HardBounce',
    suppression: 'HardBounce',
    says: /5\.1\.1|unknown user/i,
  },
  { address: `full@${domain}`, what: 'a full mailbox', type: 'SoftBounce', says: /552 5\.2\.2/ },
  { address: `relayed@${domain}`, what: 'a relay that refuses', type: 'Blocked', says: /554 5\.7\.1/ },
  { address: `slow@${domain}`, what: 'a delay', type: undefined, says: /451 4\.3\.0/ },
];

const reason = await reasonWithoutPostfix();
if (reason !== undefined) {
  test('reports of Postfix end in bounces', { skip: reason }, () => {});
  tell(`left out: ${reason}`);
} else {
  describeReports();
}

/** Behind Postfix: the server that it hands some recipients on to. */
function replyOf(recipient: string): string | undefined {
  if (recipient.startsWith('full@')) return '552 5.2.2 The mailbox is full';
  if (recipient.startsWith('relayed@')) return '554 5.7.1 Relay access denied';
  if (recipient.startsWith('slow@')) return '451 4.3.0 Come again later';
  return undefined;
}

function describeReports(): void {
  let postfix: PostfixServer;
  let world: World;
  let receiver: WebhookReceiver;
  let inboundPort: number;
  const messageIds = new Map<string, string>();

  before(async () => {
    inboundPort = await freePort();
    receiver = await startWebhookReceiver();
    world = await openWorld({
      zones: { [domain]: { MX: [{ exchange: mailHost, preference: 10 }] }, [mailHost]: { A: ['127.0.0.1'] } },
      sink: {},
      settings: { PENNYBLACK_ALLOW_PRIVATE_TARGETS: 'true', PENNYBLACK_INBOUND_PORT: String(inboundPort) },
    });
    world.sink.setScript({
      react: moment => {
        const reply = moment.phase === 'rcpt' ? replyOf(moment.recipient ?? '') : undefined;
        return reply === undefined ? undefined : { reply };
      },
    });
    const behind = `smtp:[127.0.0.1]:${world.sink.port}`;
    postfix = await startPostfix(mailHost, [domain], {
      tables: {
        transport: [
          `${mailHostname} smtp:[127.0.0.1]:${inboundPort}`,
          ...['full', 'relayed', 'slow'].map(name => `${name}@${domain} ${behind}`),
        ].join('\n'),
        mailboxes: `ana@${domain} all/\n`,
      },
      settings: tableOf => ({
        transport_maps: tableOf('transport'),
        virtual_mailbox_maps: tableOf('mailboxes'),
        // It finds out who is unknown when it delivers, as many gateways do.
        smtpd_reject_unlisted_recipient: 'no',
        smtp_tls_security_level: 'may',
        smtp_tls_loglevel: '1',
        delay_warning_time: '1s',
        minimal_backoff_time: '1s',
        maximal_backoff_time: '2s',
        queue_run_delay: '1s',
      }),
    });
    await world.start({ PENNYBLACK_MX_PORT: String(postfix.port) });
    await world.client.createWebhook({
      Url: receiver.url,
      MessageStream: 'outbound',
      Triggers: { Bounce: { Enabled: true, IncludeContent: false }, SubscriptionChange: { Enabled: true } },
    });
    for (const { address } of cases) {
      const answer = await world.client.sendEmail({ From: sender, To: address, Subject: 'Order', TextBody: 'Thanks' });
      assert.equal(answer.ErrorCode, 0, answer.Message);
      messageIds.set(address, answer.MessageID);
    }
  });
  after(async () => {
    await world?.close();
    await postfix?.stop();
    await receiver?.close();
  });

  const payloads = () =>
    receiver.requests
      .map(request => JSON.parse(request.body) as Record<string, unknown>)
      .filter(payload => payload.MessageID !== '00000000-0000-0000-0000-000000000000');
  const eventsOf = async (address: string) => {
    const details = await world.client.getOutboundMessageDetails(messageIds.get(address) ?? '');
    return details.MessageEvents as unknown as { Type: string; Details: Record<string, string> }[];
  };

  for (const { address, what, type, suppression, says } of cases) {
    test(`${what} comes back, and ends ${type ? `as ${type}` : 'in the timeline'}`, async () => {
      const wanted = type === undefined ? 'Transient' : 'Bounced';
      try {
        await until(
          `the timeline tells of ${what}`,
          async () => (await eventsOf(address)).some(e => e.Type === wanted),
          {
            secondsMax: 60,
          },
        );
      } catch (error) {
        console.error(`${world.logs()}\n${(await postfix.log()).split('\n').slice(-60).join('\n')}`);
        throw error;
      }
      const { Status } = await world.client.getOutboundMessageDetails(messageIds.get(address) ?? '');
      assert.equal(Status, 'Sent');
      const events = await eventsOf(address);
      assert.equal(events.filter(event => event.Type === 'Delivered').length, 1, 'Postfix had taken it');
      const about = events.find(event => event.Type === wanted);
      assert.match(JSON.stringify(about?.Details), says);
      const bounces = await ask<{ type: string; can: boolean }>(
        world.dataFolder,
        'select type, can_activate as can from bounces where email_address = $1',
        [address],
      );
      assert.deepEqual(bounces, type === undefined ? [] : [{ type, can: true }]);
      const suppressions = await ask<{ reason: string }>(
        world.dataFolder,
        'select reason from suppressions where address_key = $1',
        [address],
      );
      assert.deepEqual(suppressions, suppression === undefined ? [] : [{ reason: suppression }]);
      if (type === undefined) return;
      await until(`a webhook tells of ${what}`, async () => payloads().some(payload => payload.Email === address));
      const payload = payloads().find(each => each.Email === address);
      assert.deepEqual(
        [payload?.RecordType, payload?.Type, payload?.Inactive, payload?.MessageID],
        ['Bounce', type, suppression !== undefined, messageIds.get(address)],
      );
      if (suppression === undefined) return;
      await until('a webhook tells of the suppression', async () =>
        payloads().some(each => each.RecordType === 'SubscriptionChange' && each.Recipient === address),
      );
    });
  }

  test('a complaint to the address in CFBL-Address, by the id beside it, suppresses for ever; both are signed', async () => {
    const address = `ana@${domain}`;
    const { MessageID } = await world.client.sendEmail({ From: sender, To: address, Subject: 'News', TextBody: 'Hi' });
    await until('the mail lies in the mailbox', async () => (await postfix.countMail()) > 0);
    const source = (await postfix.readMail())[0]?.source.toString('latin1').replaceAll(/\r\n[ \t]+/g, ' ') ?? '';
    const field = (name: string) => new RegExp(`^${name}: (.*)\r$`, 'm').exec(source)?.[1] ?? '';
    assert.equal(field('CFBL-Address'), `fbl@${mailHostname}; report=arf`);
    assert.match(field('DKIM-Signature').replaceAll(' ', ''), /h=[^;]*cfbl-address:[^;]*cfbl-feedback-id:/i);
    const gone = '01900000-0000-7000-8000-000000000001';
    const report = complaintReport({ recipient: address, messageId: gone, feedbackId: field('CFBL-Feedback-ID') });
    const provider = createTransport({ host: '127.0.0.1', port: inboundPort, tls: { rejectUnauthorized: false } });
    await provider.sendMail({ envelope: { from: 'feedback@isp.test', to: [`fbl@${mailHostname}`] }, raw: report });
    provider.close();
    await until('the complaint is recorded', async () => {
      const rows = await ask(
        world.dataFolder,
        `select 1 from suppressions join bounces using (server_id, address_key)
         where address_key = $1 and reason = 'SpamComplaint' and message_id = $2 and type = 'SpamComplaint'
           and not can_activate`,
        [address, MessageID],
      );
      return rows.length === 1;
    });
  });

  test('the address that bounced is refused from now on; nothing is left to be read, and the reports came encrypted', async () => {
    await assert.rejects(
      world.client.sendEmail({ From: sender, To: `nobody@${domain}`, Subject: 'Again', TextBody: 'Thanks' }),
      (error: { code?: number }) => error.code === 406,
    );
    const [open] = await ask<{ count: number }>(world.dataFolder, 'select count(*)::int as count from inbound_reports');
    assert.equal(open?.count, 0);
    const log = await postfix.log();
    assert.match(log, /TLS connection established to 127\.0\.0\.1/);
    assert.ok(
      (log.match(/to=<pm-[a-z2-7]+@post\.pennyblack\.test>.*status=sent \(250 2\.6\.0 Stored\)/g) ?? []).length >= 4,
    );
  });
}
