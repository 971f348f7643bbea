import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { beforeEach, type TestContext, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { createDataRemovalJob } from '../../build-data-removals.ts';
import { searchDatabase } from '../../testing/search-database.ts';
import { makeTestId } from '../../testing/test-world.ts';
import { requestRemoval } from '../data-removals/request-removal.ts';
import { until } from '../webhook-calls/testing/call-world.ts';
import { freeMailsOfDead } from './claim-work.ts';
import type { InboundStatus } from './inbound-message.ts';
import type { InboundLoopDeps } from './jobs/inbound-loop.ts';
import { createMailReader } from './mail-reader.ts';
import { releaseMessage } from './release-message.ts';
import { claimSources, findMessage, insertRule, lockMessage, searchMessages } from './store.ts';
import { hashDomain, type InboundServer, letter, mailOf, openInboundWorld } from './testing/inbound-world.ts';

const world = await openInboundWorld();
const { database: db, clock } = world;
const hook = 'https://user:secret@hook.test/inbound';
const minutes = (count: number) => count * 60_000;

beforeEach(() => {
  world.received.length = 0;
  world.receiver = () => 200;
});

const addressOf = ({ hash }: InboundServer, plus = '') => `${hash}${plus}@${hashDomain}`;

async function messagesOf(serverId: number) {
  const bounds = { lowerId: '00000000-0000-0000-0000-000000000000', upperId: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };
  const found = await searchMessages(db.reads, { serverId, statuses: [], ...bounds }, { count: 100, offset: 0 });
  return found.toReversed();
}

const statusesOf = async (serverId: number) => (await messagesOf(serverId)).map(message => message.status);
const untilStatuses = (serverId: number, ...expected: InboundStatus[]) =>
  until(
    `the messages of ${serverId} are ${expected}`,
    async () => (await statusesOf(serverId)).join() === expected.join(),
  );
const queueOf = (serverId: number) => db.reads.query<{ attempts: number; owner: number | null }>`
  select attempts, owner_process as owner from inbound_queue where server_id = ${serverId}`;
const bouncesOf = (serverId: number) => db.reads.query<{ type: string; email: string; from: string; details: string }>`
  select type, email_address as email, from_address as "from", details from bounces where server_id = ${serverId}`;

/** One mail, read. */
async function arrived(
  t: TestContext,
  {
    server,
    source = letter(),
    changes = {},
  }: { server: InboundServer; source?: string; changes?: Partial<InboundLoopDeps> },
) {
  const reading = world.startReading(t, changes);
  assert.deepEqual(await reading.take(mailOf(addressOf(server), source)), { kind: 'stored' });
  await until('it was read', async () => (await queueOf(server.serverId)).length === 0);
  const [message] = await messagesOf(server.serverId);
  assert.ok(message);
  return { reading, message };
}

test('mail is read, described and posted to the inbound hook with everything that came', async t => {
  const server = await world.addInboundServer({ rawEmailEnabled: true }, hook);
  await world.startEngine(t);
  const source = [
    'Received: from far by near; Mon, 3 Mar 2025 10:00:00 +0000\r\n',
    'From: "Ann \u00d6" <Ann@client.test>\r\nTo: Support <help@shop.test>, boss@client.test\r\nCc: <c@d.test>\r\n',
    'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nDate: Tue, 4 Mar 2025 15:02:11 +0100\r\nMessage-ID: <full@client.test>\r\n',
    'X-Tag: ticket\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n',
    '--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\nContent-Type: text/plain; name=note.txt\r\n',
    'Content-Disposition: attachment; filename=note.txt\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--b--\r\n',
  ].join('');
  const checked = [{ name: 'Received-SPF', value: 'Pass' }];
  const reading = world.startReading(t, { checkMail: async () => ({ fields: checked, spamScore: 1.5 }) });
  const to = addressOf(server, '+T-1');
  await reading.take(mailOf(to, source));
  await untilStatuses(server.serverId, 'Processed');

  const [message] = await messagesOf(server.serverId);
  assert.ok(message);
  const { from, bcc, subject, date, tag, attachments, mailboxHash, spamScore, recipient } = message;
  assert.deepEqual(from, { name: 'Ann \u00d6', address: 'Ann@client.test' });
  assert.deepEqual(bcc, [{ name: '', address: to }]);
  assert.deepEqual([subject, tag, mailboxHash, recipient, spamScore], ['Gr\u00fc\u00dfe', 'ticket', 'T-1', to, 1.5]);
  assert.equal(date, 'Tue, 4 Mar 2025 15:02:11 +0100');
  assert.deepEqual(attachments, [{ name: 'note.txt', contentType: 'text/plain', contentLength: 5, contentId: '' }]);
  const search = (filter: object) =>
    searchMessages(
      db.reads,
      {
        serverId: server.serverId,
        statuses: [],
        lowerId: message.messageId,
        upperId: 'ffffffff-0000-0000-0000-000000000000',
        ...filter,
      },
      { count: 1, offset: 0 },
    );
  for (const recipientKey of [to.toLowerCase(), 'help@shop.test', 'c@d.test'])
    assert.equal((await search({ recipientKey })).length, 1, recipientKey);
  assert.equal((await search({ fromKey: 'ann@client.test', subjectPart: 'gr\u00fc' })).length, 1);
  assert.equal((await search({ recipientKey: 'ann@client.test' })).length, 0);

  assert.equal(world.received.length, 1);
  const [post] = world.received;
  assert.equal(post?.url, 'https://hook.test/inbound');
  assert.match(post?.headers.Authorization ?? '', /^Basic /);
  assert.ok(post?.headers['webhook-signature']);
  assert.equal('X-PM-Retries-Remaining' in (post?.headers ?? {}), false);
  const payload = post?.payload ?? {};
  assert.equal(payload.MessageID, message.messageId);
  assert.equal(payload.OriginalRecipient, to);
  assert.equal(payload.To, '"Support" <help@shop.test>, boss@client.test');
  assert.equal(payload.Bcc, to);
  const headers = payload.Headers as { Name: string; Value: string }[];
  assert.deepEqual(
    headers.map(header => header.Name),
    ['Return-Path', 'Received', 'Received-SPF', 'Received', 'Message-ID', 'X-Tag', 'MIME-Version'],
  );
  assert.equal(headers[0]?.Value, '<ann@client.test>');
  assert.match(
    headers[1]?.Value ?? '',
    /^from mx\.client\.test \(\[203\.0\.113\.7\]\) by mail\.shop\.test with ESMTPS id [0-9a-f-]{36}; \w{3}, /,
  );
  const raw = payload.RawEmail as string;
  assert.match(raw, /^Received: from mx\.client\.test/);
  assert.ok(raw.endsWith(`Received-SPF: Pass; receiver=${to}\r\n${source}`));
  assert.deepEqual(reading.ends, ['to_post']);
  assert.deepEqual(reading.errors, []);
});

test('each recipient gets a post of his own; where there is no hook, mail is stored and that is all', async t => {
  const server = await world.addInboundServer({}, hook);
  const silent = await world.addInboundServer({ inboundDomain: 'silent.test' });
  await world.startEngine(t);
  const reading = world.startReading(t);
  const to = [addressOf(server, '+a'), 'x@silent.test', addressOf(server, '+b')];
  await reading.take(mailOf(to, letter({ Cc: 'x@silent.test' }), ''));
  await untilStatuses(server.serverId, 'Processed', 'Processed');
  await untilStatuses(silent.serverId, 'Processed');
  const posted = world.received.map(({ payload }) => [payload.OriginalRecipient, payload.MailboxHash, payload.Bcc]);
  assert.deepEqual(posted.toSorted(), [
    [to[0], 'a', to[0]],
    [to[2], 'b', to[2]],
  ]);
  assert.deepEqual(world.received[0]?.payload.RawEmail, undefined);
  assert.deepEqual((await messagesOf(silent.serverId))[0]?.bcc, []);
});

test('a rule for an address or a domain, of the From field or the envelope, keeps mail back, and so does its score', async t => {
  const server = await world.addInboundServer({ inboundSpamThreshold: 5 }, hook);
  const { serverId } = server;
  const neighbour = await world.addInboundServer({}, hook);
  await world.startEngine(t);
  for (const rule of ['noisy@ads.test', 'spam.test'])
    await db.accept.transaction(tx => insertRule(tx, serverId, rule, clock.now()));
  let spamScore = 0;
  const reading = world.startReading(t, { checkMail: async () => ({ fields: [], spamScore }) });
  const arrive = async (from: string, mailFrom: string, score = 0) => {
    spamScore = score;
    await reading.take(mailOf(addressOf(server), letter({ From: from }), mailFrom));
    await until('it was read', async () => (await queueOf(serverId)).length === 0);
    const message = (await messagesOf(serverId)).at(-1);
    return message?.status === 'Blocked' ? message.blockedReason : undefined;
  };
  const byRule = (rule: string) => `Inbound request blocked by domain rule: ${rule}`;
  assert.equal(await arrive('Noisy@ADS.test', 'x@y.test'), byRule('noisy@ads.test'));
  assert.equal(await arrive('a@b.test', 'Bulk@Spam.test'), byRule('spam.test'));
  assert.match((await arrive('a@b.test', '', 5.1)) ?? '', /spam threshold: a score of 5.1 is above 5/);
  for (const [from, mailFrom, score] of [
    ['other@ads.test', 'a@sub.spam.test', 5],
    ['', '', 0],
  ] as const)
    assert.equal(await arrive(from, mailFrom, score), undefined, from);
  await untilStatuses(serverId, 'Blocked', 'Blocked', 'Blocked', 'Processed', 'Processed');
  assert.deepEqual(reading.ends, ['blocked', 'blocked', 'blocked', 'to_post', 'to_post']);

  await reading.take(mailOf(addressOf(neighbour), letter({ From: 'noisy@ads.test' })));
  await untilStatuses(neighbour.serverId, 'Processed');
  assert.equal(world.received.length, 3);

  const [blocked] = await messagesOf(serverId);
  assert.ok(blocked);
  const bypass = () =>
    db.accept.transaction(async tx => {
      const message = await lockMessage(tx, blocked);
      return message && releaseMessage(tx, world.recordEvents, message, 'bypass', clock.now());
    });
  assert.equal(await bypass(), true);
  await untilStatuses(serverId, 'Processed', 'Blocked', 'Blocked', 'Processed', 'Processed');
  assert.equal(world.received.at(-1)?.payload.MessageID, blocked.messageId);
  assert.equal((await findMessage(db.reads, blocked))?.blockedReason, byRule('noisy@ads.test'));
});

test('a hook that fails is tried again with the same bytes; when no attempt is left, the message has failed and is a bounce', async t => {
  const server = await world.addInboundServer({}, hook);
  const { serverId } = server;
  world.receiver = () => 500;
  await world.startEngine(t);
  const { message } = await arrived(t, { server, source: letter({ Subject: 'Down' }) });
  await untilStatuses(serverId, 'Scheduled');
  const wantRaw = (isWanted: boolean) =>
    db.accept.query`update servers set raw_email_enabled = ${isWanted} where server_id = ${serverId}`;
  await wantRaw(true);
  clock.advance(minutes(1));
  await until('the second attempt is recorded', async () => (await attemptsOf(serverId)).length === 2);
  // The ladder itself is shown by retry-rules.test.ts.
  await db.accept.query`update webhook_calls set attempts_made = 10 where server_id = ${serverId}`;
  clock.advance(minutes(5));
  await untilStatuses(serverId, 'Failed');
  assert.equal(world.received.length, 3);
  const bodies = new Set(world.received.map(call => JSON.stringify(call.payload)));
  assert.equal(bodies.size, 1);
  assert.deepEqual(await bouncesOf(serverId), [
    {
      type: 'InboundError',
      email: message.recipient,
      from: 'ann@client.test',
      details: 'The inbound hook answered 500.',
    },
  ]);

  world.receiver = () => 204;
  await wantRaw(false);
  const retried = await db.accept.transaction(async tx => {
    const locked = await lockMessage(tx, message);
    return locked && releaseMessage(tx, world.recordEvents, locked, 'retry', clock.now());
  });
  assert.equal(retried, true);
  await untilStatuses(serverId, 'Processed');
  assert.equal(JSON.stringify(world.received.at(-1)?.payload), [...bodies][0]);
  assert.equal((await bouncesOf(serverId)).length, 1);
});

async function attemptsOf(serverId: number): Promise<unknown[]> {
  const rows = await db.reads.query<{ attempts: unknown[] | null }>`
    select attempts from webhook_calls where server_id = ${serverId}`;
  return rows[0]?.attempts ?? [];
}

test('403 stops at once, and a hook that is taken away ends what waits for it', async t => {
  const server = await world.addInboundServer({}, hook);
  const { serverId } = server;
  world.receiver = () => 403;
  await world.startEngine(t);
  const { reading } = await arrived(t, { server });
  await untilStatuses(serverId, 'Failed');
  assert.equal(world.received.length, 1);
  world.receiver = () => 500;
  await reading.take(mailOf(addressOf(server), letter()));
  await untilStatuses(serverId, 'Failed', 'Scheduled');
  await world.setHook(serverId, '');
  clock.advance(minutes(1));
  await untilStatuses(serverId, 'Failed', 'Failed');
  assert.deepEqual(
    (await bouncesOf(serverId)).map(bounce => bounce.type),
    ['InboundError', 'InboundError'],
  );
});

test('what a dead process had in hand is read by another, and its late work changes nothing', async t => {
  const server = await world.addInboundServer({}, hook);
  const { serverId } = server;
  await world.startEngine(t);
  const dead = 1001;
  // It hangs in its checks for ever, as a process that was killed does.
  const asked = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const reading = world.startReading(t, {
    processNumber: () => dead,
    db: { ...db, claims: { ...db.claims, query: async () => [] } },
    checkMail: async () => {
      asked.resolve();
      await goOn.promise;
      return { fields: [{ name: 'X-Late', value: 'yes' }], spamScore: undefined };
    },
  });
  await reading.take(mailOf(addressOf(server), letter()));
  await asked.promise;
  assert.deepEqual(await queueOf(serverId), [{ attempts: 1, owner: dead }]);
  const heir = world.startReading(t, { processNumber: () => 1002 });
  await db.results.transaction(tx => freeMailsOfDead(tx, [dead], clock.now()));
  await untilStatuses(serverId, 'Processed');
  assert.deepEqual(heir.ends, ['to_post']);
  goOn.resolve();
  await reading.loop.stop();
  assert.deepEqual(reading.ends, []);
  assert.equal(world.received.length, 1);
  assert.deepEqual(await statusesOf(serverId), ['Processed']);
});

test('a claim whose answer was lost is found again, and what is in hand is not claimed twice', async () => {
  const server = await world.addInboundServer();
  await world.arrive(addressOf(server), letter());
  const now = clock.now();
  const [first] = await claimSources(db.claims, 2001, [], 50, now);
  assert.equal(first?.attempts, 1);
  assert.deepEqual(await claimSources(db.claims, 2002, [], 50, now), []);
  assert.deepEqual(await claimSources(db.claims, 2001, [first?.sourceId ?? ''], 50, now), []);
  const [again] = await claimSources(db.claims, 2001, [], 50, now);
  assert.deepEqual([again?.sourceId, again?.attempts], [first?.sourceId, 2]);
  await db.results.transaction(tx => freeMailsOfDead(tx, [2001], now));
});

test('mail that makes us fail is tried again, given up in the end, and never lost', async t => {
  const server = await world.addInboundServer({}, hook);
  const { serverId } = server;
  await world.startEngine(t);
  let isBroken = true;
  const reader = createMailReader();
  const reading = world.startReading(t, {
    reader: {
      ...reader,
      summarize: source =>
        isBroken && source.includes('X-Poison') ? Promise.reject(new Error('a bug')) : reader.summarize(source),
    },
  });
  await reading.take(mailOf(addressOf(server), letter({ 'X-Poison': 'yes' })));
  await reading.take(mailOf(addressOf(server), letter()));
  await untilStatuses(serverId, 'Queued', 'Processed');
  await until('it was given back', async () => (await queueOf(serverId))[0]?.owner === null);
  assert.equal(reading.errors.length, 1);
  clock.advance(9_999);
  await db.accept.query`update inbound_queue set attempts = 7 where server_id = ${serverId}`;
  clock.advance(1);
  await until('it was tried for the last time', async () => {
    const [queued] = await queueOf(serverId);
    return queued?.attempts === 8 && queued.owner === null;
  });
  clock.advance(minutes(60));
  await untilStatuses(serverId, 'Failed', 'Processed');
  assert.equal(reading.errors.length, 2);
  assert.deepEqual(await queueOf(serverId), []);
  const [bounce] = await bouncesOf(serverId);
  assert.equal(bounce?.details, 'The message could not be read.');

  isBroken = false;
  const [failed] = await messagesOf(serverId);
  assert.ok(failed);
  assert.equal(failed.processedAt, null);
  await db.accept.transaction(async tx => {
    const message = await lockMessage(tx, failed);
    assert.ok(message && (await releaseMessage(tx, world.recordEvents, message, 'retry', clock.now())));
  });
  await untilStatuses(serverId, 'Processed', 'Processed');
  assert.equal((await messagesOf(serverId))[0]?.subject, 'Order 1042');
});

test('of two recipients of one mail that are retried one after the other both are read again', async t => {
  const server = await world.addInboundServer({}, hook);
  const { serverId } = server;
  await world.startEngine(t);
  await world.arrive([addressOf(server, '+a'), addressOf(server, '+b')], letter());
  await db.accept.query`delete from inbound_queue where server_id = ${serverId}`;
  await db.accept.query`update inbound_messages set status = 'Failed' where server_id = ${serverId}`;
  const [first, second] = await messagesOf(serverId);
  assert.ok(first && second);
  const retry = (key: typeof first) =>
    db.accept.transaction(async tx => {
      const message = await lockMessage(tx, key);
      assert.ok(message && (await releaseMessage(tx, world.recordEvents, message, 'retry', clock.now())));
    });
  const isRead = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  world.startReading(t, {
    checkMail: async () => {
      isRead.resolve();
      await goOn.promise;
      return { fields: [], spamScore: undefined };
    },
  });
  await retry(first);
  await isRead.promise;
  await retry(second);
  goOn.resolve();
  await untilStatuses(serverId, 'Processed', 'Processed');
  assert.deepEqual(await queueOf(serverId), []);
});

test('what is too long for an index is shown in part, and posted whole', async t => {
  const server = await world.addInboundServer({}, hook);
  await world.startEngine(t);
  // Random, because PostgreSQL would compress anything else.
  const tag = randomBytes(3000).toString('hex');
  const { message } = await arrived(t, { server, source: letter({ 'X-Tag': tag, From: `<${tag}@client.test>` }) });
  await untilStatuses(server.serverId, 'Processed');
  assert.equal(message.tag, tag.slice(0, 500));
  assert.equal(world.received[0]?.payload.Tag, tag);
});

test('large mail is read in a thread of its own, and its post has the same bytes as one made here', async t => {
  const inThread = createMailReader({ smallBytesMax: 10, secondsMax: 60 });
  t.after(() => inThread.close());
  const here = createMailReader();
  const source = Buffer.from(letter({}, 'Gr\u00fc\u00dfe\r\n'.repeat(1000)));
  const fields = [{ name: 'Return-Path', value: '<a@b.test>' }];
  const about = { messageId: makeTestId(), recipient: 'x@y.test', fields, includesRawEmail: true };
  assert.equal(await inThread.post(source, about), await here.post(source, about));
  const [large, small] = [await inThread.summarize(source), await here.summarize(source)];
  assert.deepEqual(large.summary, small.summary);
  assert.equal(large.mail, undefined);

  // What is no UTF-8 can be had back byte by byte.
  const latin = Buffer.from(letter({ Subject: 'Gr\u00fc\u00dfe' }), 'latin1');
  const { RawEmail } = JSON.parse(await here.post(latin, { ...about, fields: [] })) as { RawEmail: string };
  assert.deepEqual(Buffer.from(RawEmail, 'latin1'), latin);

  const slow = createMailReader({ smallBytesMax: 10, secondsMax: 0.001 });
  t.after(() => slow.close());
  await assert.rejects(slow.summarize(Buffer.from(letter({}, 'text\r\n'.repeat(100_000)))), {
    name: 'ReadingTookTooLong',
  });
});

test('a reading thread that ended while nobody waited for it is replaced', async t => {
  const threads: Worker[] = [];
  const onWorker = (thread: Worker) => threads.push(thread);
  process.on('worker', onWorker);
  const reader = createMailReader({ smallBytesMax: 10, secondsMax: 600 });
  t.after(async () => {
    process.off('worker', onWorker);
    await reader.close();
  });
  const source = Buffer.from(letter({ Subject: 'Again' }));
  await reader.summarize(source);
  await threads[0]?.terminate();
  assert.equal((await reader.summarize(source)).summary.subject, 'Again');
  assert.equal(threads.length, 2);
});

test('mail that others have left and that takes long holds up none that has just come', async t => {
  const server = await world.addInboundServer();
  const other = await world.addInboundServer();
  const inHandMax = 32;
  const slow = Array.from({ length: inHandMax }, () => letter({ 'X-Slow': 'yes' }));
  await Promise.all(slow.map(source => world.arrive(addressOf(server), source)));
  const goOn = Promise.withResolvers<void>();
  let waiting = 0;
  const reading = world.startReading(t, {
    checkMail: async source => {
      if (source.includes('X-Slow')) {
        waiting += 1;
        await goOn.promise;
      }
      return { fields: [], spamScore: undefined };
    },
  });
  await until('all that is left is under way', async () => waiting === inHandMax);
  await reading.take(mailOf(addressOf(other), letter()));
  await untilStatuses(other.serverId, 'Processed');
  goOn.resolve();
  await until('nothing waits', async () => (await queueOf(server.serverId)).length === 0);
});

test('mail whose source was erased while it waited leaves nothing to do', async t => {
  const server = await world.addInboundServer({}, hook);
  await world.arrive(addressOf(server), letter());
  await db.accept.query`delete from inbound_sources where server_id = ${server.serverId}`;
  world.startReading(t);
  await until('nothing waits', async () => (await queueOf(server.serverId)).length === 0);
});

test('a person is erased with the mail that came from him or names him, and from nowhere else', async t => {
  const server = await world.addInboundServer({ inboundDomain: 'gone.test' }, hook);
  world.receiver = () => 403;
  await world.startEngine(t);
  const reading = world.startReading(t);
  const subject = 'Eve.Gone@client.test';
  const mails: [string[], string][] = [
    [['a@gone.test', 'b@gone.test'], letter({ From: `Eve <${subject}>` }, `I am ${subject}\r\n`)],
    [['a@gone.test'], letter({ Cc: subject.toUpperCase() })],
    [['a@gone.test'], letter()],
  ];
  for (const [to, source] of mails) await reading.take(mailOf(to, source));
  await untilStatuses(server.serverId, 'Failed', 'Failed', 'Failed', 'Failed');

  const request = { requestedBy: 'owner@shop.test', requestedFor: subject, notifyWhenCompleted: false };
  await db.accept.transaction(tx => requestRemoval(tx, world.accountId, request, clock.now()));
  const erase = createDataRemovalJob(db.results, world.recordEvents);
  await erase(new Date(clock.now().getTime() + 61_000));
  await erase(new Date(clock.now().getTime() + 62_000));
  assert.deepEqual(await searchDatabase(db.reads, subject), []);
  assert.deepEqual(
    (await messagesOf(server.serverId)).map(message => message.recipient),
    ['a@gone.test'],
  );
  const sources = await db.reads.query`select 1 from inbound_sources where server_id = ${server.serverId}`;
  assert.equal(sources.length, 1);
});
