// The main job on real input: 500 mails of twenty shapes, sent by the unmodified official client, arrive at Debian's
// Postfix, which finds itself by MX records. Every copy is parsed back and compared, its DKIM signatures verify against
// the zone that the platform prints, and the API tells each story to its end.

import assert from 'node:assert/strict';
import { Resolver } from 'node:dns/promises';
import { after, before, test } from 'node:test';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import type { Models } from 'postmark';
import { runCommand } from '../scenarios/harness/command-line.ts';
import { tell } from '../scenarios/harness/tell.ts';
import { until } from '../scenarios/harness/until.ts';
import { openWorld, senderDomain, type World } from '../scenarios/harness/world.ts';
import { compareMail, recipientsOf, type SentMail } from './postfix/compare-mail.ts';
import { domains, type Shape, shapes } from './postfix/mail-shapes.ts';
import {
  type DeliveredMail,
  type PostfixServer,
  reasonWithoutPostfix,
  startPostfix,
} from './postfix/postfix-server.ts';

const messagesInAll = 500;
const singlyUntil = 250;
const batchSize = 50;
const sendersAtOnce = 8;
const mailHost = 'mx.inbox.test';

const reason = await reasonWithoutPostfix();
if (reason !== undefined) {
  test('500 mails arrive at Postfix', { skip: reason }, () => {});
  tell(`left out: ${reason}`);
} else {
  describeDelivery();
}

/** One of each shape in turn, until all have had their share. */
function plan(): { shape: Shape; message: Models.Message }[] {
  const planned: { shape: Shape; message: Models.Message }[] = [];
  for (let round = 0; planned.length < messagesInAll; round += 1) {
    for (const shape of shapes) {
      if (round < shape.count) planned.push({ shape, message: shape.make(planned.length) });
    }
  }
  return planned;
}

async function sendAll(world: World, messages: readonly Models.Message[]): Promise<SentMail[]> {
  const sent: SentMail[] = [];
  const single = messages.slice(0, singlyUntil);
  async function sendOneByOne(): Promise<void> {
    for (let message = single.shift(); message; message = single.shift()) {
      const answer = await world.client.sendEmail(message);
      assert.equal(answer.ErrorCode, 0, answer.Message);
      sent.push({ message, messageId: answer.MessageID });
    }
  }
  await Promise.all(Array.from({ length: sendersAtOnce }, sendOneByOne));
  for (let start = singlyUntil; start < messages.length; start += batchSize) {
    const batch = messages.slice(start, start + batchSize);
    const answers = await world.client.sendEmailBatch(batch);
    answers.forEach((answer, index) => {
      assert.equal(answer.ErrorCode, 0, answer.Message);
      const message = batch[index];
      if (message) sent.push({ message, messageId: answer.MessageID });
    });
  }
  return sent;
}

/** The DKIM records that `npm run pennyblack -- domains records` prints go into the zone as they stand. */
async function publishRecords(world: World): Promise<number> {
  const printed = await runCommand(world.folder, world.settings(), ['domains', 'records', senderDomain]);
  const records = [...printed.matchAll(/^(\S+)\. +TXT +(".*")$/gm)];
  for (const [, name = '', text = ''] of records) {
    world.dns.set(name, 'TXT', [[...text.matchAll(/"([^"]*)"/g)].map(piece => piece[1]).join('')]);
  }
  return records.length;
}

function describeDelivery(): void {
  let postfix: PostfixServer;
  let world: World;
  before(async () => {
    postfix = await startPostfix(mailHost, domains);
    const zones = Object.fromEntries(domains.map(domain => [domain, { MX: [{ exchange: mailHost, preference: 10 }] }]));
    world = await openWorld({ zones, settings: { PENNYBLACK_MX_PORT: String(postfix.port) } });
    await world.start();
  });
  after(async () => {
    await world?.close();
    await postfix?.stop();
  });

  test(`${messagesInAll} mails of ${shapes.length} shapes, singly and in batches, arrive at Postfix`, async t => {
    const planned = plan();
    assert.equal(planned.length, messagesInAll);
    const copies = planned.reduce((sum, { message }) => sum + recipientsOf(message).length, 0);
    const sent = await sendAll(
      world,
      planned.map(({ message }) => message),
    );
    try {
      await until('all copies have arrived', async () => (await postfix.countMail()) >= copies, { secondsMax: 120 });
    } catch (error) {
      console.error(`${world.logs()}\n${(await postfix.log()).split('\n').slice(-100).join('\n')}`);
      throw error;
    }
    const mails = await postfix.readMail();
    const mailsById = Map.groupBy(mails, mail => /^X-PM-Message-Id: (\S+)/im.exec(mail.source.toString('latin1'))?.[1]);
    tell(`Postfix took ${mails.length} copies of ${sent.length} mails of ${shapes.length} shapes`);

    await t.test('every recipient has one copy, and nobody else has any', () => {
      assert.equal(mails.length, copies);
      assert.equal(mailsById.size, messagesInAll);
      for (const { message, messageId } of sent) {
        const recipients = (mailsById.get(messageId) ?? []).map(mail => mail.recipient);
        assert.deepEqual(recipients.sort(), recipientsOf(message).sort(), message.Subject);
      }
    });

    for (const shape of shapes) {
      await t.test(`what arrived is what was sent: ${shape.name}`, async () => {
        const ofShape = new Set(planned.filter(each => each.shape === shape).map(each => each.message));
        const mine = sent.filter(each => ofShape.has(each.message));
        assert.equal(mine.length, shape.count);
        for (const each of mine) {
          for (const mail of mailsById.get(each.messageId) ?? []) await compareMail(each, mail);
        }
      });
    }

    await t.test('both DKIM signatures of every copy verify against the zone', () => checkSignatures(world, mails));

    await t.test('the mail came encrypted', () => {
      for (const { received } of mails) assert.match(received, /with ESMTPS/);
    });

    await t.test('details say Delivered, in words of Postfix, for every recipient', () => checkDetails(world, sent));
  });
}

async function checkSignatures(world: World, mails: readonly DeliveredMail[]): Promise<void> {
  assert.ok((await publishRecords(world)) >= 2);
  const dns = new Resolver();
  dns.setServers([world.dns.address]);
  const resolver = (name: string, type: string) => dns.resolve(name, type as 'TXT');
  for (const mail of mails) {
    const { results } = await dkimVerify(mail.source, { resolver });
    const said = results.map(result => {
      // The package's types leave the algorithm out.
      const { algo } = result as unknown as { algo: string };
      return `${algo} of ${result.signingDomain}: ${result.status.result}`;
    });
    assert.deepEqual(said.sort(), ['ed25519-sha256 of shop.test: pass', 'rsa-sha256 of shop.test: pass']);
  }
}

async function checkDetails(world: World, sent: readonly SentMail[]): Promise<void> {
  for (const { message, messageId } of sent) {
    const { Status, MessageEvents } = await world.client.getOutboundMessageDetails(messageId);
    assert.equal(Status, 'Sent', message.Subject);
    assert.deepEqual(
      MessageEvents.map(event => `${event.Type} ${event.Recipient}`).sort(),
      recipientsOf(message)
        .map(recipient => `Delivered ${recipient}`)
        .sort(),
    );
    for (const event of MessageEvents) {
      const details = event.Details as unknown as Record<string, string>;
      assert.match(details.DeliveryMessage ?? '', /^smtp;250 2\.0\.0 Ok: queued as /);
      assert.equal(details.DestinationServer, `${mailHost} (127.0.0.1)`);
    }
  }
}
