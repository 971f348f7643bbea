import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAddressReplacer } from '@pennyblack/email/address/replace-address.ts';
import { createSigningKey, generateDkimKeyPair } from '@pennyblack/email/dkim/signing-key.ts';
import { decodeEncodedWords } from '@pennyblack/email/headers/decode-encoded-words.ts';
import { systemClock } from '@pennyblack/runtime/clock.ts';
import { DatabaseUnavailable } from '@pennyblack/runtime/database/database.ts';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import {
  addServer,
  createFakeIntake,
  createTestAcceptor,
  makeTestId,
  readEvents,
  readQueue,
  suppress,
  testWorld,
} from '../../../testing/test-world.ts';
import { listBounces } from '../../bounces/read-bounces.ts';
import { createReadDumps } from '../../bounces/read-dumps.ts';
import { isQueuedCondition } from '../../delivery/find-queued.ts';
import { createMessagePreparer } from '../../delivery/prepare-message.ts';
import { bodiesOf } from '../../messages/bodies-of.ts';
import { dumpMessage } from '../../messages/dump-message.ts';
import { findOutbound } from '../../messages/find-outbound.ts';
import { messagesRemover } from '../../messages/remove-recipient.ts';
import { findStreams } from '../../streams/find-streams.ts';
import { createSubmissionSender, type SubmissionSenderDeps } from '../send-submission.ts';
import { type SampleSubmission, sampleSource, sampleSubmission, withFields } from '../testing/sample-submissions.ts';
import { createSubmissionTaker } from './take-submission.ts';

const world = await testWorld();
const { database: db } = world;
const newServer = () => addServer(db.accept, world.accountId, 'Live');

function taker(overrides: Partial<SubmissionSenderDeps> = {}) {
  return createSubmissionTaker(
    createSubmissionSender({
      db,
      recordEvents: world.recordEvents,
      findStreams: serverId => findStreams(db.reads, serverId),
      mailHostname: 'mail.shop.test',
      acceptMessage: createTestAcceptor(world, createFakeIntake(undefined)),
      makeMessageId: makeTestId,
      now: systemClock.now,
      refusals: 'later',
      ...overrides,
    }),
  );
}

async function submit(changes: SampleSubmission = {}, overrides: Partial<SubmissionSenderDeps> = {}) {
  const server = await newServer();
  const answer = await taker(overrides)(sampleSubmission(server, changes));
  return { serverId: server.serverId, answer };
}

async function stored(changes: SampleSubmission = {}) {
  const { serverId, answer } = await submit(changes);
  assert.equal(answer.kind, 'stored', JSON.stringify(answer));
  const { messageId } = answer as Extract<typeof answer, { kind: 'stored' }>;
  const { message, content } = await findOutbound(db.reads, serverId, messageId, isQueuedCondition);
  assert.ok(content);
  return { serverId, messageId, message, content };
}

/** The only bounce of the server, with its dump. */
async function bounced(changes: SampleSubmission = {}, overrides: Partial<SubmissionSenderDeps> = {}) {
  const { serverId, answer } = await submit(changes, overrides);
  return { answer, ...(await onlyBounceOf(serverId)) };
}

async function onlyBounceOf(serverId: number) {
  const { bounces } = await listBounces(db.reads, serverId, { streamId: 'outbound' }, { count: 10, offset: 0 });
  assert.equal(bounces.length, 1);
  const [bounce] = bounces;
  assert.ok(bounce);
  const dumps = await createReadDumps('mail.shop.test')(db.reads, [bounce], new Date());
  return { bounce, dump: dumps.get(bounce.bounceId) ?? '' };
}

const { privateKeyPem, publicKeyBase64 } = await generateDkimKeyPair('rsa-sha256');
const key = createSigningKey({ domain: 'shop.test', selector: 's', algorithm: 'rsa-sha256', privateKeyPem });
const findKeys = async () => [key];
const resolver = async () => [[`v=DKIM1; k=rsa; p=${publicKeyBase64}`]];

async function wireOf({ serverId, messageId, content }: Awaited<ReturnType<typeof stored>>): Promise<Buffer> {
  const prepare = createMessagePreparer(findKeys);
  const { header, body } = await prepare({
    message: { serverId, messageId, content, bytes: 0 },
    recipientNumber: 0,
    address: 'ana@buyer.test',
  });
  return Buffer.concat([header, body]);
}

test('what is delivered is what was handed over, with our fields behind its own, and signed', async () => {
  const source = Buffer.concat([
    Buffer.from('X-PM-Tag: order\r\nBcc: audit@shop.test\r\nFROM:\r\n\t"Desk"   <desk@shop.test>\r\n'),
    Buffer.from(
      'To: ana@buyer.test\r\nSubject: =?iso-8859-1?Q?Gr=FC=DFe?=\r\n  and  more\r\nX-Odd : \xfc\r\n',
      'latin1',
    ),
    Buffer.from(
      'Message-ID: <a@shop.test>\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\n\xf0\xd2 \r\n.\r\n..x  \r\n',
      'latin1',
    ),
  ]);
  const sent = await stored({ source });
  const wire = await wireOf(sent);
  const date = new Date(sent.content.receivedAt).toUTCString().replace('GMT', '+0000');
  const kept = Buffer.concat([
    Buffer.from(
      'FROM:\r\n\t"Desk"   <desk@shop.test>\r\nTo: ana@buyer.test\r\nSubject: =?iso-8859-1?Q?Gr=FC=DFe?=\r\n  and  more\r\nX-Odd : \xfc\r\n',
      'latin1',
    ),
    Buffer.from('Content-Type: text/plain; charset=koi8-r\r\n'),
    Buffer.from(
      `Date: ${date}\r\nMessage-ID: <${sent.messageId}@mail.shop.test>\r\nX-PM-Message-Id: ${sent.messageId}\r\n`,
    ),
    Buffer.from(
      `X-PM-Tag: order\r\nFeedback-ID: outbound:${sent.serverId}:${world.accountId}:pennyblack\r\nMIME-Version: 1.0\r\n`,
    ),
    Buffer.from('\r\n\xf0\xd2 \r\n.\r\n..x  \r\n', 'latin1'),
  ]);
  const signatureEnd = wire.indexOf('FROM:');
  assert.match(wire.toString('latin1', 0, signatureEnd), /^DKIM-Signature: /);
  assert.equal(wire.toString('latin1', signatureEnd), kept.toString('latin1'));
  const { results } = await dkimVerify(wire, { resolver: resolver as never });
  assert.deepEqual(
    results.map(result => result.status.result),
    ['pass'],
  );

  assert.equal(sent.message.subject, 'Grüße  and  more');
  assert.equal(sent.message.tag, 'order');
  assert.deepEqual(bodiesOf(sent.content), { text: 'Пр \r\n.\r\n..x  \r\n' });
  const dump = await dumpMessage(sent.serverId, sent.messageId, sent.content, findKeys);
  assert.equal(dump, wire.toString('latin1'));
});

test('the envelope says who gets the message, the fields say as what and under which name', async () => {
  const source = [
    'From: desk@shop.test',
    'To: "Ben, the boss" <BEN@buyer.test>, somebody@else.test, Team: ana@buyer.test;, broken <',
    'Cc: carl@buyer.test',
    'Subject: x',
    '',
    'y',
    '',
  ].join('\r\n');
  const recipients = ['hidden@buyer.test', 'carl@buyer.test', 'ana@buyer.test', 'ben@buyer.test', 'Ana@buyer.test'];
  const { message, serverId, messageId } = await stored({ source, recipients });
  assert.deepEqual(
    message.recipients.map(({ field, address, name }) => [field, address, name]),
    [
      ['To', 'ana@buyer.test', ''],
      ['To', 'ben@buyer.test', 'Ben, the boss'],
      ['Cc', 'carl@buyer.test', ''],
      ['Bcc', 'hidden@buyer.test', ''],
    ],
  );
  assert.equal((await readQueue(db.reads, serverId, messageId)).length, 4);
});

test('X-PM fields are read in both spellings and any case, and none is passed on', async () => {
  const source = withFields(
    'x-pm-message-STREAM: broadcast',
    'X-PM-Tag: =?utf-8?q?W=C3=BCnsche?=',
    'X-PM-Track-Opens: True',
    'X-PM-TrackLinks: htmlonly',
    'X-PM-Metadata-color: red',
    'X-PM-Metadata-Color: blue',
    'X-PM-Metadata-size: very\r\n large',
    'X-PM-KeepID: true',
    'X-PM-Bounce-Type: SoftBounce',
    'X-PM-Message-Id: forged',
    'X-PM-Whatever: x',
    'Feedback-ID: a:b:c:pennyblack',
    'Received: from somewhere',
    'Return-Path: <x@y.test>',
    'DKIM-Signature: v=1; b=x',
  );
  const sent = await stored({ source });
  const { message, content } = sent;
  assert.equal(message.streamId, 'broadcast');
  assert.equal(message.tag, 'Wünsche');
  assert.equal(message.trackOpens, true);
  assert.equal(message.trackLinks, 'HtmlOnly');
  assert.deepEqual(message.metadata, { color: 'red', 'Color-2': 'blue', size: 'very large' });
  assert.equal(content.fakeBounceType, 'SoftBounce');
  const header = (await wireOf(sent)).toString('latin1').split('\r\n\r\n')[0] ?? '';
  const names = header.split('\r\n').flatMap(line => /^([^\s:]+):/.exec(line)?.[1] ?? []);
  assert.deepEqual(names, [
    'DKIM-Signature',
    ...['From', 'To', 'Subject', 'Message-ID', 'Date', 'MIME-Version', 'Content-Type'],
    ...['X-PM-Message-Id', 'X-PM-Tag', 'Feedback-ID'],
  ]);
  assert.match(header, /^Message-ID: <order-1187@shop.test>$/m);
  assert.match(header, new RegExp(`^X-PM-Message-Id: ${sent.messageId}$`, 'm'));
});

test('what the rules refuse is taken, and becomes a bounce with the reason and the message', async () => {
  const source = withFields('X-PM-Message-Stream: nowhere', 'X-PM-Tag: order', 'X-PM-Metadata-a: b');
  const { answer, bounce, dump } = await bounced({ source });
  assert.deepEqual(answer, { kind: 'stored', messageId: bounce.messageId });
  assert.equal(bounce.type, 'SMTPApiError');
  assert.equal(bounce.emailAddress, 'ana@buyer.test');
  assert.equal(bounce.fromAddress, 'desk@shop.test');
  assert.equal(bounce.subject, 'Order 1187');
  assert.equal(bounce.tag, 'order');
  assert.equal(bounce.isInactive, false);
  assert.equal(bounce.details, "ErrorCode 1235: The stream provided: 'nowhere' does not exist on this server.");
  assert.ok(dump.includes('\r\nErrorCode: 1235\r\nMessage: The stream provided'), dump);
  assert.ok(dump.includes(`\r\n\r\n${source}`), dump);
  const [event, ...more] = await readEvents(db.reads, bounce.serverId);
  assert.deepEqual(more, []);
  assert.equal(event?.kind, 'recipient_bounced');
  assert.equal(event?.details.type, 'SMTPApiError');
  assert.deepEqual(event?.details.metadata, { a: 'b' });
});

const attachment = (disposition: string) =>
  [
    'From: desk@shop.test',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    '',
    'text',
    '--b',
    `Content-Disposition: attachment; ${disposition}`,
    '',
    'x',
    '--b--',
    '',
  ].join('\r\n');

const refusals: [story: string, changes: SampleSubmission, details: RegExp][] = [
  ['no From', { source: 'Subject: x\r\n\r\ny\r\n' }, /^ErrorCode 300: Invalid 'From' address: ''\./],
  ['two From', { source: `From: x@y.test\r\n${sampleSource}` }, /^ErrorCode 300: .*more than one 'From'/],
  [
    'a From without a domain',
    { source: 'From: root@localhost\r\n\r\ny\r\n' },
    /^ErrorCode 300: Invalid 'From' address/,
  ],
  ['an inbound stream', { source: withFields('X-PM-Message-Stream: inbound') }, /^ErrorCode 1236: /],
  [
    'another stream than the token has',
    { source: withFields('X-PM-Message-Stream: broadcast'), streamId: 'outbound' },
    /^ErrorCode 300: The SMTP token belongs/,
  ],
  ['a long tag', { source: withFields(`X-PM-Tag: ${'x'.repeat(1001)}`) }, /^ErrorCode 300: The 'Tag' is longer/],
  [
    'too many metadata fields',
    { source: withFields(...Array.from({ length: 11 }, (_, n) => `X-PM-Metadata-k${n}: v`)) },
    /^ErrorCode 300: Invalid metadata/,
  ],
  ['an odd switch', { source: withFields('X-PM-TrackOpens: maybe') }, /^ErrorCode 300: The 'TrackOpens' value/],
  ['odd links', { source: withFields('X-PM-TrackLinks: all') }, /^ErrorCode 300: The 'TrackLinks' value/],
  [
    '51 recipients',
    { recipients: Array.from({ length: 51 }, (_, n) => `r${n}@buyer.test`) },
    /^ErrorCode 300: You may only specify up to 50/,
  ],
  [
    'a recipient that nobody can be',
    { recipients: ['ana@buyer.test', 'x y@buyer.test'] },
    /^ErrorCode 300: Invalid 'To' address: 'x y@buyer.test'/,
  ],
  ['a forbidden file', { source: attachment('filename="run.exe"') }, /^ErrorCode 411: The attachment 'run.exe'/],
  [
    'a forbidden file whose name is in pieces',
    { source: attachment("filename*0*=utf-8''r%75n.e; filename*1=xe") },
    /^ErrorCode 411: The attachment 'run.exe'/,
  ],
  [
    'a forbidden file whose name is encoded',
    { source: attachment('filename="=?utf-8?b?cnVuLmV4ZQ==?="') },
    /^ErrorCode 411: /,
  ],
  ['a NUL in the header', { source: withFields('X: \0') }, /^ErrorCode 300: The header of the message holds a NUL/],
  [
    'a message of more than 10 MB',
    { source: Buffer.from(`${sampleSource}${`${'x'.repeat(998)}\r\n`.repeat(10_500)}`) },
    /^ErrorCode 300: The message with its attachments is larger/,
  ],
  [
    'a text of more than 5 MB',
    { source: `${sampleSource}${`${'x'.repeat(998)}\r\n`.repeat(5500)}` },
    /^ErrorCode 300: The 'TextBody' is larger/,
  ],
];

for (const [story, changes, details] of refusals) {
  test(`refused later: ${story}`, async () => {
    const { bounce } = await bounced(changes);
    assert.match(bounce.details, details);
  });
}

test('all recipients suppressed: taken and bounced with 406; some of them: sent to the rest', async () => {
  const server = await newServer();
  await suppress(db.accept, server.serverId, 'ana@buyer.test');
  const submitTo = (...recipients: string[]) => taker()(sampleSubmission(server, { recipients }));
  const all = await submitTo('ana@buyer.test');
  const { bounce } = await onlyBounceOf(server.serverId);
  assert.deepEqual(all, { kind: 'stored', messageId: bounce.messageId });
  assert.match(bounce.details, /^ErrorCode 406: You tried to send to recipient\(s\).*: ana@buyer\.test\./);

  const some = await submitTo('ana@buyer.test', 'ben@buyer.test');
  assert.equal(some.kind, 'stored');
  const messageId = some.kind === 'stored' ? some.messageId : '';
  const queue = await readQueue(db.reads, server.serverId, messageId);
  assert.deepEqual(
    queue.map(row => row.recipientNumber),
    [1],
  );
  await onlyBounceOf(server.serverId);
});

test('an unverified sender is refused like the rest', async () => {
  const acceptMessage = createTestAcceptor(world, createFakeIntake(undefined), {
    settings: { mailHostname: 'mail.shop.test', requireVerifiedSenders: true, allowNonAsciiMailboxes: false },
  });
  const { bounce } = await bounced({}, { acceptMessage });
  assert.match(bounce.details, /^ErrorCode 400: /);
});

test('in-session: the client hears of it at once, and nothing is stored', async () => {
  const source = withFields('X-PM-Message-Stream: nowhere');
  const { answer, serverId } = await submit({ source }, { refusals: 'in-session' });
  assert.deepEqual(answer, {
    kind: 'refused',
    code: 550,
    enhanced: '5.7.1',
    text: "ErrorCode 1235: The stream provided: 'nowhere' does not exist on this server.",
  });
  assert.deepEqual(await readEvents(db.reads, serverId), []);
});

test('the test token checks and stores nothing', async () => {
  const { answer, serverId } = await submit({ isTest: true });
  assert.equal(answer.kind, 'stored');
  const { answer: wrong } = await submit({ isTest: true, source: 'Subject: x\r\n\r\ny\r\n' });
  assert.equal(wrong.kind, 'refused');
  assert.deepEqual(await readQueue(db.reads, serverId), []);
});

test('a database that is away asks the client to try again', async () => {
  const away = async () => {
    throw new DatabaseUnavailable('away');
  };
  const acceptMessage = { ...createTestAcceptor(world, createFakeIntake(undefined)), acceptSubmission: away };
  assert.deepEqual((await submit({}, { acceptMessage })).answer, { kind: 'try_later' });
  const broken = { transaction: away } as unknown as typeof db.accept;
  const source = 'Subject: x\r\n\r\ny\r\n';
  assert.deepEqual((await submit({ source }, { db: { ...db, accept: broken } })).answer, { kind: 'try_later' });
});

function answersOf(server: Awaited<ReturnType<typeof newServer>>, ...submissions: SampleSubmission[]) {
  return Promise.all(submissions.map(changes => taker()(sampleSubmission(server, changes))));
}

test('what a client sends again after a lost 250 is sent once, and answered as the first time', async () => {
  const server = await newServer();
  const [first] = await answersOf(server, {});
  const relayed = withFields('Received: from a relay that tries again');
  const again = await answersOf(server, {}, { source: relayed }, {});
  for (const answer of again) assert.deepEqual(answer, first);
  assert.equal((await readQueue(db.reads, server.serverId)).length, 1);
  // Suppressed meanwhile: the answer stays what it was.
  await suppress(db.accept, server.serverId, 'ana@buyer.test');
  assert.deepEqual(await answersOf(server, {}), [first]);
  assert.deepEqual(await taker({ refusals: 'in-session' })(sampleSubmission(server)), first);
  assert.deepEqual(
    (await readEvents(db.reads, server.serverId)).map(event => event.kind),
    [],
  );
});

test('a program that writes the message anew for its next try, with another date and boundary, sends it once', async () => {
  const written = (boundary: string, date: string, text = 'Thanks') =>
    [
      'From: desk@shop.test',
      'To: ana@buyer.test',
      'Message-ID: <order-1188@shop.test>',
      `Date: ${date}`,
      `Content-Type: multipart/alternative; boundary="${boundary}"`,
      '',
      `--${boundary}`,
      'Content-Type: text/plain',
      '',
      text,
      `--${boundary}`,
      'Content-Type: text/html',
      '',
      '<p>Thanks</p>',
      `--${boundary}--`,
      '',
    ].join('\r\n');
  const server = await newServer();
  const [first] = await answersOf(server, { source: written('===1', 'Thu, 27 Mar 2025 23:15:33 +0000') });
  const [again] = await answersOf(server, { source: written('===2', 'Thu, 27 Mar 2025 23:16:00 +0000') });
  assert.deepEqual(again, first);
  const [other] = await answersOf(server, { source: written('===1', 'Thu, 27 Mar 2025 23:15:33 +0000', 'Bye') });
  assert.notDeepEqual(other, first);
  assert.equal((await readQueue(db.reads, server.serverId)).length, 2);
});

test('another content, envelope or credential under one Message-ID is another message', async () => {
  const server = await newServer();
  const answers = await answersOf(
    server,
    {},
    { source: `${sampleSource}more\r\n` },
    { source: withFields('X-PM-Tag: other') },
    { recipients: ['ben@buyer.test'] },
    { credential: 'server-token:2' },
  );
  assert.equal(new Set(answers.map(answer => answer.kind === 'stored' && answer.messageId)).size, 5);
  const unnamed = sampleSource.replace(/^Message-ID.*\r\n/m, '');
  const [one, other] = await answersOf(server, { source: unnamed }, { source: unnamed });
  assert.notDeepEqual(one, other);
});

test('an Idempotency-Key counts also when the program made the message anew, and names one message only', async () => {
  const server = await newServer();
  const keyed = withFields('Idempotency-Key: order-1187');
  const anew = keyed.replace('<order-1187@', '<try-2@').replace('23:15:33', '23:16:00');
  const [first, second] = await answersOf(server, { source: keyed }, { source: anew });
  assert.deepEqual(first, second);
  assert.equal((await readQueue(db.reads, server.serverId)).length, 1);

  await answersOf(server, { source: keyed.replace('Thanks', 'Bye') });
  const { bounce } = await onlyBounceOf(server.serverId);
  assert.match(bounce.details, /^ErrorCode \d+: .*Idempotency-Key/i);
  assert.equal(
    (await submit({ source: withFields('Idempotency-Key: ü') }, { refusals: 'in-session' })).answer.kind,
    'refused',
  );
});

test('a message that was refused is tried anew when it comes again: it is sent once the reason is gone', async () => {
  const server = await newServer();
  await suppress(db.accept, server.serverId, 'ana@buyer.test');
  const [refused] = await answersOf(server, {});
  const { bounce } = await onlyBounceOf(server.serverId);
  assert.deepEqual(refused, { kind: 'stored', messageId: bounce.messageId });
  await db.accept.query`delete from suppressions where server_id = ${server.serverId}`;
  const [sent, again] = await answersOf(server, {}, {});
  assert.deepEqual(sent, again);
  assert.deepEqual(
    (await readQueue(db.reads, server.serverId)).map(row => row.messageId),
    [sent?.kind === 'stored' && sent.messageId],
  );
});

test('refused again for the same reason it is the same bounce, for another reason it is another one', async () => {
  const server = await newServer();
  const takeUnverified = taker({
    acceptMessage: createTestAcceptor(world, createFakeIntake(undefined), {
      settings: { mailHostname: 'mail.shop.test', requireVerifiedSenders: true, allowNonAsciiMailboxes: false },
    }),
  });
  const [first] = await Promise.all([
    takeUnverified(sampleSubmission(server)),
    takeUnverified(sampleSubmission(server)),
  ]);
  assert.deepEqual(await takeUnverified(sampleSubmission(server)), first);
  const { bounce } = await onlyBounceOf(server.serverId);
  assert.deepEqual(first, { kind: 'stored', messageId: bounce.messageId });

  const page = { count: 10, offset: 0 };
  const countBounces = async () =>
    (await listBounces(db.reads, server.serverId, { streamId: 'outbound' }, page)).bounces.length;
  await suppress(db.accept, server.serverId, 'ana@buyer.test');
  assert.notDeepEqual(await taker()(sampleSubmission(server)), first);
  assert.equal(await countBounces(), 2);
  // A message that nothing identifies is always another one.
  const unnamed = sampleSource.replace(/^Message-ID.*\r\n/m, '');
  for (let time = 0; time < 2; time += 1) await takeUnverified(sampleSubmission(server, { source: unnamed }));
  assert.equal(await countBounces(), 4);
});

test('X-PM-Send-At puts a message off, and a time that is none is refused like the rest', async () => {
  const server = await newServer();
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const source = withFields(`X-PM-Send-At: ${at}`);
  const [first, again] = await answersOf(server, { source }, { source });
  assert.deepEqual(first, again);
  assert.deepEqual(await readQueue(db.reads, server.serverId), []);
  const waiting = await db.reads.query<{ dueAt: Date }>`
    select due_at as "dueAt" from scheduled_messages where server_id = ${server.serverId}`;
  assert.deepEqual(
    waiting.map(row => row.dueAt.toISOString()),
    [at],
  );
  const { bounce } = await bounced({ source: withFields('X-PM-Send-At: tomorrow') });
  assert.match(bounce.details, /^ErrorCode 300: The 'SendAt' value 'tomorrow'/);
});

test('erasing one of several recipients leaves no trace in fields and texts, whatever their encoding', async () => {
  const server = await newServer();
  const address = 'gone.person@buyer.test';
  const encoded = Buffer.from(`Dear ${address}`).toString('base64');
  const source = [
    'From: desk@shop.test',
    `To: "=?utf-8?b?${encoded}?=" <${address}>, ben@buyer.test`,
    `Subject: =?utf-8?q?For_gone=2Eperson=40buyer=2Etest?=`,
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Transfer-Encoding: base64',
    '',
    encoded,
    '--b',
    'Content-Type: text/html',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'Dear gone.per=',
    'son=40buyer.test',
    '--b',
    'Content-Type: application/pdf; name=a.pdf',
    '',
    'kept to the byte',
    '--b--',
    '',
  ].join('\r\n');
  const recipients = [address, 'ben@buyer.test'];
  const answer = await taker()(sampleSubmission(server, { source, recipients }));
  assert.ok(answer.kind === 'stored');
  const { messageId } = answer;
  const subject = { addressKey: address, replace: createAddressReplacer([address]) };
  const message = { serverId: server.serverId, messageId, recipientNumbers: [0], isAlone: false };
  await db.results.transaction(async tx =>
    messagesRemover.removeOfMessages?.(tx, subject as never, [message], new Date()),
  );
  const { content, message: row } = await findOutbound(db.reads, server.serverId, messageId, isQueuedCondition);
  assert.ok(content);
  const texts = bodiesOf(content);
  assert.equal(texts.text, 'Dear removed@recipient.invalid');
  assert.equal(texts.html, 'Dear removed@recipient.invalid');
  assert.equal(row.subject, 'For removed@recipient.invalid');
  const header = decodeEncodedWords(content.source?.header.toString() ?? '');
  assert.ok(!header.includes('gone.person'), header);
  assert.ok(content.source?.body.includes('kept to the byte'));
});
