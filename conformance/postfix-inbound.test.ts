// Mail of the world on its real way to a customer: Debian's Postfix, and swaks through it, asks the domain name system for the mail
// host of the customer's domain, finds us, and hands over mail of 200 shapes and more. What his receiver is posted is compared with
// what was put into the mail, field by field.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { type NormalMail, normalMail } from '@pennyblack/email/inbound/testing/normal-mail.ts';
import type { InboundPayload } from '../apps/platform/src/features/inbound/inbound-payload.ts';
import { dataOf, openSubmission } from '../scenarios/harness/submit.ts';
import { tell } from '../scenarios/harness/tell.ts';
import { until } from '../scenarios/harness/until.ts';
import { freePort, openWorld, type World } from '../scenarios/harness/world.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../tools/fake-world/webhook-receiver.ts';
import { type PostfixServer, reasonWithoutPostfix, startPostfix } from './postfix/postfix-server.ts';

const execute = promisify(execFile);
/** The customer's own, with its MX at our mail host. */
const domain = 'in.shop.test';
const mailHost = 'inbound.post.pennyblack.test';
const relay = 'mx.client.test';
/** Nobody else's on this machine; its port 53 is the only one that Postfix asks. */
const nameServer = '127.53.77.1';
const viaSwaks = 20;

const swaks = await execute('swaks', ['--version']).catch(() => undefined);
const reason = (await reasonWithoutPostfix()) ?? (swaks ? undefined : 'swaks is not installed (apt-get install swaks)');
if (reason !== undefined) {
  test('mail of the world comes through real mail servers', { skip: reason }, () => {});
  tell(`left out: ${reason}`);
} else {
  describeWay();
}

function describeWay(): void {
  let world: World;
  let postfix: PostfixServer;
  let receiver: WebhookReceiver;

  before(async () => {
    const inboundPort = await freePort();
    receiver = await startWebhookReceiver();
    world = await openWorld({
      zones: {
        [domain]: { MX: [{ exchange: mailHost, preference: 10 }] },
        [mailHost]: { A: ['127.0.0.1'] },
        'client.test': { TXT: ['v=spf1 ip4:127.0.0.1 -all'] },
      },
      settings: { PENNYBLACK_ALLOW_PRIVATE_TARGETS: 'true', PENNYBLACK_INBOUND_PORT: String(inboundPort) },
    });
    await world.dns.listenAlso(nameServer, 53);
    await world.start();
    await world.client.editServer({ InboundDomain: domain, InboundHookUrl: `${receiver.url}/inbound` });
    postfix = await startPostfix(relay, ['client.test'], {
      nameServer,
      settings: () => ({
        smtp_tcp_port: String(inboundPort),
        smtp_tls_security_level: 'may',
        mynetworks: '127.0.0.0/8',
        smtpd_relay_restrictions: 'permit_mynetworks, reject',
        default_destination_concurrency_limit: '10',
        // A relay that changes nothing: what arrives is what was written.
        local_header_rewrite_clients: '',
        message_drop_headers: '',
      }),
    });
  });
  after(async () => {
    await postfix?.stop();
    await world?.close();
    await receiver?.close();
  });

  const recipientOf = (index: number) => `shape-${index}+order-${index}@${domain}`;
  const posted = (recipient: string) =>
    receiver.requests
      .map(request => JSON.parse(request.body) as InboundPayload)
      .filter(payload => payload.OriginalRecipient === recipient);

  async function handOver(): Promise<void> {
    const session = await openSubmission(postfix.port, null);
    try {
      for (const [index, { name, source }] of normalMail.entries()) {
        if (index < viaSwaks) continue;
        const { reply } = await session.submit({
          mailFrom: 'ann@client.test',
          recipients: [recipientOf(index)],
          source,
        });
        assert.match(reply ?? '', /^250/, name);
      }
    } finally {
      session.close();
    }
  }

  async function handOverBySwaks(): Promise<void> {
    for (const [index, { source }] of normalMail.slice(0, viaSwaks).entries()) {
      const file = path.join(world.folder, 'mail.eml');
      await writeFile(file, dataOf(source));
      await execute('swaks', [
        ...['--server', `127.0.0.1:${postfix.port}`, '--from', 'ann@client.test', '--to', recipientOf(index)],
        ...['--data', `@${file}`, '--no-data-fixup', '--suppress-data'],
      ]);
    }
  }

  test(`${normalMail.length} shapes of mail come through Postfix, found by MX, as they were written`, async () => {
    await Promise.all([handOver(), handOverBySwaks()]);
    try {
      await until('every mail is posted', () => receiver.requests.length >= normalMail.length);
    } catch (error) {
      console.error(`${world.logs()}\n${(await postfix.log()).split('\n').slice(-60).join('\n')}`);
      throw error;
    }
    assert.ok(world.dns.queries.some(query => query.type === 'MX' && query.name === domain));
    const differing = normalMail.flatMap((mail, index) => {
      const payloads = posted(recipientOf(index));
      assert.equal(payloads.length, 1, mail.name);
      return payloads.flatMap(payload => differencesOf(mail, recipientOf(index), payload));
    });
    assert.deepEqual(differing, []);
    tell(`Postfix found us by MX and handed over ${normalMail.length} shapes of mail, ${viaSwaks} of them from swaks`);
  });

  test('an address that nobody has comes back to its sender from his own Postfix', async () => {
    const session = await openSubmission(postfix.port, null);
    const unknown = 'nobody@elsewhere.in.shop.test';
    world.dns.set('elsewhere.in.shop.test', 'MX', [{ exchange: mailHost, preference: 10 }]);
    const source = Buffer.from('From: ann@client.test\r\nSubject: lost\r\n\r\nHello\r\n');
    await session.submit({ mailFrom: 'ann@client.test', recipients: [unknown], source });
    session.close();
    const notice = await until('the report arrives', async () =>
      (await postfix.readMail()).find(mail => mail.recipient === 'ann@client.test'),
    );
    assert.match(notice.source.toString(), /550 5\.1\.1/);
  });
}

type Difference = { mail: string; key: string; posted: unknown; expected: unknown };

/** Each key of the payload that is not what was put in. */
function differencesOf(mail: NormalMail, recipient: string, payload: InboundPayload): Difference[] {
  const { expected } = mail;
  const mailboxes = (list: readonly { name: string; address: string }[]) =>
    list.map(({ name, address }) => ({
      Email: address,
      Name: name,
      MailboxHash: /^[^+@]*\+([^@]*)@/.exec(address)?.[1] ?? '',
    }));
  const isNamed = [...expected.to, ...expected.cc].some(({ address }) => address.toLowerCase() === recipient);
  const wanted: Record<string, unknown> = {
    From: expected.from.address,
    FromName: expected.from.name,
    FromFull: mailboxes([expected.from])[0],
    ToFull: mailboxes(expected.to),
    CcFull: mailboxes(expected.cc),
    BccFull: isNamed ? [] : mailboxes([{ name: '', address: recipient }]),
    MailboxHash: /\+(.*)@/.exec(recipient)?.[1],
    MessageStream: 'inbound',
    Subject: expected.subject,
    ReplyTo: expected.replyTo,
    Date: expected.date,
    TextBody: expected.text,
    HtmlBody: expected.html,
    StrippedTextReply: expected.strippedReply,
    Tag: expected.tag,
    Attachments: expected.attachments.map(({ name, contentType, content, contentId }) => ({
      Name: name,
      Content: content.toString('base64'),
      ContentType: contentType,
      ContentLength: content.length,
      ContentID: contentId ?? '',
    })),
    own: expected.headers.map(({ name, value }) => ({ Name: name, Value: value })),
  };
  // Ours stand on top, then what Postfix says of its own taking, then what the mail had.
  const byPostfix = payload.Headers.findIndex(
    ({ Name, Value }) => Name === 'Received' && Value.includes(`by ${relay} `),
  );
  const top = payload.Headers.slice(0, byPostfix).map(({ Name }) => Name);
  const found: Record<string, unknown> = { ...payload, own: payload.Headers.slice(byPostfix + 1) };
  const differences = Object.entries(wanted).flatMap(([key, value]): Difference[] => {
    const isSame = JSON.stringify(found[key]) === JSON.stringify(value);
    return isSame ? [] : [{ mail: mail.name, key, posted: found[key], expected: value }];
  });
  const spf = payload.Headers.find(({ Name }) => Name === 'Received-SPF')?.Value ?? '';
  if (top[0] !== 'Return-Path' || top[1] !== 'Received' || !/^Pass /i.test(spf)) {
    differences.push({
      mail: mail.name,
      key: 'fields of ours',
      posted: { top, spf },
      expected: 'Return-Path, Received, Received-SPF: Pass',
    });
  }
  return differences;
}
