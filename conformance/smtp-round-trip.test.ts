// Mail of more than a hundred real-life shapes, handed over by SMTP, arrives at Debian's Postfix: what it stored is what
// was submitted, to the byte, but for the fields that the platform takes out and adds. Every signature verifies.

import assert from 'node:assert/strict';
import { Resolver } from 'node:dns/promises';
import { after, before, test } from 'node:test';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import PostalMime from 'postal-mime';
import { runCommand } from '../scenarios/harness/command-line.ts';
import { openSubmission, type Submitted } from '../scenarios/harness/submit.ts';
import { tell } from '../scenarios/harness/tell.ts';
import { until } from '../scenarios/harness/until.ts';
import { freePort, openWorld, senderDomain, type World } from '../scenarios/harness/world.ts';
import {
  type DeliveredMail,
  type PostfixServer,
  reasonWithoutPostfix,
  startPostfix,
} from './postfix/postfix-server.ts';
import { numberField, type SubmittedShape, submittedShapes } from './postfix/submitted-shapes.ts';

const mailHost = 'mx.inbox.test';

// What a submitted message loses, as docs/guide/smtp.md lists it.
const removedNames =
  /^(?:x-pm-[^:]*|bcc|resent-bcc|return-path|received|delivered-to|x-original-to|dkim-signature|domainkey-signature|idempotency-key)$/i;

const dependsOnBody: ReadonlySet<string> = new Set(['mime-version', 'content-transfer-encoding']);

type Split = { fields: string[]; body: string };

/** By means that are not the platform's: the first empty line, and line ends that no white space follows. */
function split(source: Buffer): Split {
  const text = source.toString('latin1').replace(/^From .*\r\n/, '');
  const end = text.indexOf('\r\n\r\n');
  const header = text.slice(0, end + 2);
  const fields = header.split(/(?<=\r\n)(?![ \t])/).filter(field => field !== '');
  // Postfix takes white space before the colon away (RFC 5322 4.5 calls it obsolete).
  return { fields: fields.map(field => field.replace(/^([^\s:]+)[ \t]+:/, '$1:')), body: text.slice(end + 4) };
}

const nameOf = (field: string) => (/^[^\s:]+/.exec(field)?.[0] ?? '').toLowerCase();

function keptOf({ fields }: Split): string[] {
  const keepsId = fields.some(field => /^x-pm-keepid: *true/i.test(field));
  return fields.filter(field => {
    const name = nameOf(field);
    return !removedNames.test(name) && (name !== 'message-id' || keepsId);
  });
}

/** The fields behind the signatures must be those that were submitted, in their order, then ours. */
function checkHeader(shape: SubmittedShape, delivered: Split, messageId: string): void {
  const unsigned = delivered.fields.filter(field => nameOf(field) !== 'dkim-signature');
  assert.equal(delivered.fields.length - unsigned.length, 2, 'two signatures');
  const kept = keptOf(split(shape.source));
  const names = new Set(kept.map(nameOf));
  const found = unsigned.slice(0, kept.length);
  if (shape.isShortened) assert.deepEqual(found.map(nameOf), kept.map(nameOf));
  else assert.deepEqual(found, kept);

  const added = unsigned.slice(kept.length).map(field => field.trimEnd());
  const wanted = [
    ...(names.has('date') ? [] : ['date']),
    ...(names.has('to') || names.has('cc') ? [] : ['to']),
    ...(names.has('message-id') ? [] : ['message-id']),
    'x-pm-message-id',
    ...(/^x-pm-tag:/im.test(shape.source.toString('latin1').split('\r\n\r\n')[0] ?? '') ? ['x-pm-tag'] : []),
    ...(names.has('feedback-id') ? [] : ['feedback-id']),
    ...(names.has('cfbl-address') ? [] : ['cfbl-address', 'cfbl-feedback-id']),
  ];
  assert.deepEqual(
    added.map(nameOf).filter(name => !dependsOnBody.has(name)),
    wanted,
  );
  assert.ok(added.includes(`X-PM-Message-Id: ${messageId}`));
  if (!names.has('message-id')) assert.ok(added.includes(`Message-ID: <${messageId}@post.pennyblack.test>`));
}

/** Where lines had to become shorter, a reader that is not ours finds the same in both. */
async function checkMeaning(shape: SubmittedShape, mail: DeliveredMail): Promise<void> {
  const longest = Math.max(
    ...mail.source
      .toString('latin1')
      .split('\r\n')
      .map(line => line.length),
  );
  assert.ok(longest <= 998, `a line of ${longest} characters`);
  const [sent, arrived] = await Promise.all([PostalMime.parse(shape.source), PostalMime.parse(mail.source)]);
  assert.equal(arrived.text, sent.text);
  assert.equal(arrived.html, sent.html);
}

// To clients of its own machine Postfix is helpful, and completes what it takes for their headers.
const asItComes = () => ({ local_header_rewrite_clients: '' });

const reason = await reasonWithoutPostfix();
if (reason !== undefined) {
  test('mail that was handed over by SMTP arrives as it was', { skip: reason }, () => {});
  tell(`left out: ${reason}`);
} else {
  describeRoundTrip();
}

function describeRoundTrip(): void {
  let postfix: PostfixServer;
  let world: World;
  const smtpPort = freePort();
  before(async () => {
    postfix = await startPostfix(mailHost, ['inbox.test'], { settings: asItComes });
    const zones = { 'inbox.test': { MX: [{ exchange: mailHost, preference: 10 }] } };
    const settings = { PENNYBLACK_MX_PORT: String(postfix.port), PENNYBLACK_SMTP_PORT: String(await smtpPort) };
    world = await openWorld({ zones, settings });
    await world.start();
  });
  after(async () => {
    await world?.close();
    await postfix?.stop();
  });

  test(`${submittedShapes.length} shapes arrive as they were handed over`, async t => {
    const session = await openSubmission(await smtpPort);
    const answers: Submitted[] = [];
    for (const { name, source, recipients, isSmtpUtf8 = false } of submittedShapes) {
      const answer = await session.submit({ source, recipients, isSmtpUtf8 });
      assert.ok(answer.messageId, `${name}: ${answer.reply}`);
      answers.push(answer);
    }
    session.close();

    const copies = submittedShapes.reduce((sum, { recipients }) => sum + recipients.length, 0);
    await until('all copies have arrived', async () => (await postfix.countMail()) >= copies, { secondsMax: 60 }).catch(
      async error => {
        console.error(`${world.logs()}\n${(await postfix.log()).split('\n').slice(-60).join('\n')}`);
        const bounces = await world.client.getBounces({ count: 50, offset: 0 });
        console.error(bounces.Bounces.map(bounce => `${bounce.Subject}: ${bounce.Details}`).join('\n'));
        throw error;
      },
    );
    const mails = await postfix.readMail();
    const byShape = Map.groupBy(mails, mail =>
      Number(new RegExp(`^${numberField}: (\\d+)`, 'm').exec(mail.source.toString('latin1'))?.[1]),
    );
    tell(`Postfix took ${mails.length} copies of ${submittedShapes.length} shapes that came by SMTP`);

    for (const [number, shape] of submittedShapes.entries()) {
      await t.test(shape.name, async () => {
        const copiesOfShape = byShape.get(number) ?? [];
        assert.deepEqual(copiesOfShape.map(mail => mail.recipient).sort(), shape.recipients.toSorted());
        for (const mail of copiesOfShape) {
          const delivered = split(mail.source);
          checkHeader(shape, delivered, answers[number]?.messageId ?? '');
          if (shape.isShortened) await checkMeaning(shape, mail);
          else assert.ok(delivered.body === split(shape.source).body, 'the body is another one');
        }
      });
    }
    await t.test('both signatures of every shape verify against the zone', async () => {
      await publishRecords(world);
      const results = await Promise.all(
        submittedShapes.map(async ({ name }, number) => {
          const [mail] = byShape.get(number) ?? [];
          return `${name}: ${mail ? await signaturesOf(world, mail) : 'no mail'}`;
        }),
      );
      assert.deepEqual(
        results.filter(result => !result.endsWith(': pass,pass')),
        [],
      );
    });
  });
}

async function signaturesOf(world: World, mail: DeliveredMail): Promise<string[]> {
  const dns = new Resolver();
  dns.setServers([world.dns.address]);
  const { results } = await dkimVerify(mail.source, {
    resolver: (name: string, type: string) => dns.resolve(name, type as 'TXT'),
  });
  // Shapes bring signatures of others too, in messages within them.
  return results.filter(result => result.signingDomain === senderDomain).map(result => result.status.result);
}

/** The DKIM records that `npm run pennyblack -- domains records` prints go into the zone as they stand. */
async function publishRecords(world: World): Promise<void> {
  const printed = await runCommand(world.folder, world.settings(), ['domains', 'records', senderDomain]);
  for (const [, name = '', text = ''] of printed.matchAll(/^(\S+)\. +TXT +(".*")$/gm)) {
    world.dns.set(name, 'TXT', [[...text.matchAll(/"([^"]*)"/g)].map(piece => piece[1]).join('')]);
  }
}
