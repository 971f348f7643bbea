import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeReturnPath } from '@pennyblack/email/return-path/verp.ts';
import { DatabaseUnavailable } from '@pennyblack/runtime/database/database.ts';
import { createDeliver } from '../../../build-inbound.ts';
import { routeRecipients } from '../../../edges/smtp-inbound/contract.ts';
import { createInboundListener } from '../../../edges/smtp-inbound/inbound-listener.ts';
import { certificate } from '../../../edges/smtp-inbound/testing/test-listener.ts';
import { createClientOpener } from '../../../edges/smtp-listener/testing/smtp-client.ts';
import { makeTestId, testKeyRing } from '../../../testing/test-world.ts';
import { until } from '../../../testing/until.ts';
import { reportKeys } from '../../reports/report-keys.ts';
import { createReportRecipients } from '../../reports/smtp/take-report.ts';
import { failureReport } from '../../reports/testing/sample-reports.ts';
import { deleteServer } from '../../servers/delete-server.ts';
import { createRouteFinder } from '../find-route.ts';
import { createMailStore } from '../store-mail.ts';
import { hashDomain, letter, mailHostname, mailOf, openInboundWorld } from '../testing/inbound-world.ts';
import { createInboundRecipients, createInboundTaker } from './take-inbound.ts';

const world = await openInboundWorld();
const { database: db, clock, accountId, findRoute } = world;
const handler = createInboundRecipients({ findRoute });
const reports = {
  ...{ db: db.accept, clock, mailHostname, keys: reportKeys(testKeyRing) },
  wake: () => {},
};
const recipients = createReportRecipients(reports);
const deliver = createDeliver(reports, world.take);

const messagesOf = (serverId: number) => db.reads.query<{ recipient: string; hash: string; sourceId: string }>`
  select recipient, mailbox_hash as hash, source_id as "sourceId" from inbound_messages
  where server_id = ${serverId} order by message_id`;
const countOf = async (serverId: number) => (await messagesOf(serverId)).length;
const sourcesOf = async (serverId: number) =>
  (await db.reads.query`select 1 from inbound_sources where server_id = ${serverId}`).length;
const queueOf = (serverId: number) => db.reads.query<{ messageIds: string[] }>`
  select message_ids as "messageIds" from inbound_queue where server_id = ${serverId}`;

test('an address leads to its server by hash, by domain, and by the longest wildcard', async () => {
  const [byHash, exact, short, long] = [
    await world.addInboundServer(),
    await world.addInboundServer({ inboundDomain: 'a.b.customer.test' }),
    await world.addInboundServer({ inboundDomain: '*.customer.test' }),
    await world.addInboundServer({ inboundDomain: '*.b.customer.test', smtpApiActivated: false }),
  ];
  const expected: [string, number | undefined][] = [
    [`${byHash.hash}@${hashDomain}`, byHash.serverId],
    [`${byHash.hash.toUpperCase()}+Ticket@${hashDomain.toUpperCase()}`, byHash.serverId],
    ['anybody@A.b.customer.test', exact.serverId],
    ['x@c.b.customer.test', long.serverId],
    ['x@d.c.b.customer.test', long.serverId],
    ['x@c.customer.test', short.serverId],
    ['x@b.customer.test', short.serverId],
    ['x@customer.test', undefined],
    ['x@other.test', undefined],
    [`${'0'.repeat(32)}@${hashDomain}`, undefined],
    ['x', undefined],
  ];
  for (const [address, serverId] of expected) assert.equal((await findRoute(address))?.serverId, serverId, address);
  assert.deepEqual(await handler(`${byHash.hash}@${hashDomain}`), { kind: 'accepted' });
  assert.deepEqual(await handler('x@other.test'), { kind: 'not_mine' });
});

test('a server that was deleted has no addresses any more, and its domain is free for another', async () => {
  const { serverId, hash } = await world.addInboundServer({ inboundDomain: 'short.test' });
  assert.equal((await findRoute('x@short.test'))?.serverId, serverId);
  await db.accept.transaction(tx => deleteServer(tx, accountId, serverId, clock.now()));
  await until(async () => (await findRoute('x@short.test')) === undefined);
  await until(async () => (await findRoute(`${hash}@${hashDomain}`)) === undefined);
  const other = await world.addInboundServer({ inboundDomain: 'short.test' });
  await until(async () => (await findRoute('x@short.test'))?.serverId === other.serverId);
});

test('a mail to several recipients of several servers is stored once for each server, with a message for each recipient', async () => {
  const first = await world.addInboundServer({ inboundDomain: 'one.test' });
  const second = await world.addInboundServer({ inboundDomain: 'two.test' });
  const to = ['Help+A-1@one.test', 'x@two.test', 'help+a-1@ONE.test', 'sales@one.test'];
  assert.deepEqual(await world.arrive(to, letter(), ''), { kind: 'stored' });
  const messages = await messagesOf(first.serverId);
  assert.deepEqual(
    messages.map(({ recipient, hash }) => [recipient, hash]),
    [
      ['Help+A-1@one.test', 'A-1'],
      ['sales@one.test', ''],
    ],
  );
  assert.equal(await sourcesOf(first.serverId), 1);
  assert.equal(new Set(messages.map(message => message.sourceId)).size, 1);
  const [queued] = await queueOf(first.serverId);
  assert.equal(queued?.messageIds.length, 2);
  assert.deepEqual([await countOf(second.serverId), await sourcesOf(second.serverId)], [1, 1]);
});

test('the same mail, sent again because its answer was lost, is stored once for each recipient', async () => {
  const { serverId } = await world.addInboundServer({ inboundDomain: 'again.test' });
  const mail = letter();
  const both = await Promise.all([world.arrive('a@again.test', mail), world.arrive('A@again.test', mail)]);
  assert.deepEqual(both, [{ kind: 'stored' }, { kind: 'stored' }]);
  assert.deepEqual([await countOf(serverId), await sourcesOf(serverId)], [1, 1]);
  // A recipient who was put off the first time is new.
  await world.arrive(['a@again.test', 'b@again.test'], mail);
  assert.deepEqual(
    (await messagesOf(serverId)).map(message => message.recipient),
    ['a@again.test', 'b@again.test'],
  );
  // Another letter, and one from another sender, are other mail.
  await world.arrive('a@again.test', letter());
  await world.arrive('a@again.test', mail, 'other@client.test');
  assert.equal(await countOf(serverId), 4);
  // Nobody can tell mail without a Message-ID from mail that is meant to be the same.
  const alarm = 'Subject: Alarm\r\n\r\nFire\r\n';
  await world.arrive('a@again.test', alarm);
  await world.arrive('a@again.test', alarm);
  assert.equal(await countOf(serverId), 6);
});

test('much mail at the same time shares transactions, and each is there', async () => {
  const { serverId } = await world.addInboundServer({ inboundDomain: 'much.test' });
  const large = 'x'.repeat(70).concat('\r\n').repeat(1000);
  const sources = Array.from({ length: 60 }, (_, number) => letter({}, number % 20 === 0 ? large : 'Hi\r\n'));
  const answers = await Promise.all(sources.map((source, number) => world.arrive(`${number}@much.test`, source)));
  assert.ok(answers.every(answer => answer.kind === 'stored'));
  assert.deepEqual([await countOf(serverId), await sourcesOf(serverId)], [60, 60]);
});

test('what no field of PostgreSQL takes is taken without it', async () => {
  const { serverId } = await world.addInboundServer({ inboundDomain: 'odd.test' });
  const odd = `a\0\ud800${'b'.repeat(3000)}+\0x@odd.test`;
  assert.deepEqual(await world.arrive(odd, letter(), 'c\0@d.test'), { kind: 'stored' });
  assert.equal((await messagesOf(serverId))[0]?.hash, 'x');
});

test('mail that goes round in circles is refused: too many hops, or back at whom it was delivered to', async () => {
  const { serverId } = await world.addInboundServer({ inboundDomain: 'round.test' });
  const hops = (count: number) => `${'Received: from a by b\r\n'.repeat(count)}${letter()}`;
  const delivered = (address: string) => `Delivered-To: ${address}\r\n${letter()}`;
  for (const source of [hops(101), delivered('HELP@round.test'), delivered('<help@round.test>')]) {
    const answer = await world.arrive(['help@round.test', 'other@round.test'], source);
    assert.equal(answer.kind === 'refused' && `${answer.code} ${answer.enhanced}`, '554 5.4.6');
  }
  assert.equal(await countOf(serverId), 0);
  for (const source of [hops(100), delivered('ann@elsewhere.test'), letter({}, 'Delivered-To: help@round.test\r\n')])
    assert.deepEqual(await world.arrive('help@round.test', source), { kind: 'stored' });
});

test('a mail to a return path and to a customer is stored for both or for nobody', async () => {
  const { serverId } = await world.addInboundServer({ inboundDomain: 'both.test' });
  const path = { serverId, messageId: makeTestId(), recipientNumber: 0 };
  const returnPath = encodeReturnPath(path, reports.keys.returnPath[0] ?? Buffer.alloc(0), mailHostname);
  const countReports = async () => (await db.reads.query`select 1 from inbound_reports`).length;
  const before = await countReports();
  const report = failureReport({ recipient: 'ana@buyer.test', messageId: path.messageId });
  assert.equal(recipients(returnPath).kind, 'accepted');
  assert.deepEqual(await deliver(mailOf([returnPath, 'x@both.test'], report, '')), { kind: 'stored' });
  assert.deepEqual([await countReports(), await countOf(serverId)], [before + 1, 1]);
  // A person's letter to the postmaster is nothing to him, and mail to the customer all the same.
  assert.deepEqual(await deliver(mailOf([`postmaster@${mailHostname}`, 'x@both.test'], letter())), { kind: 'stored' });
  assert.deepEqual([await countReports(), await countOf(serverId)], [before + 1, 2]);

  const failing = {
    ...db.accept,
    transaction: <T>(work: Parameters<typeof db.accept.transaction<T>>[0]) =>
      db.accept.transaction<T>(async tx => {
        await work(tx);
        throw new DatabaseUnavailable('away');
      }),
  };
  const store = createMailStore({ db: failing, now: clock.now, work: undefined, processNumber: () => 0 });
  const takeNothing = createInboundTaker({ findRoute, store, clock, makeMessageId: makeTestId });
  const again = failureReport({ recipient: 'ben@buyer.test', messageId: path.messageId });
  const answer = await createDeliver(reports, takeNothing)(mailOf([returnPath, 'x@both.test'], again, ''));
  assert.deepEqual(answer, { kind: 'try_later' });
  assert.deepEqual([await countReports(), await countOf(serverId)], [before + 1, 2]);
});

test('over SMTP: unknown is 550, full is 452, no answer of the database is 451, and 250 means stored', async t => {
  const { serverId } = await world.addInboundServer({ inboundDomain: 'smtp.test' });
  const full = await world.addInboundServer({ inboundDomain: 'full.test' });
  await world.arrive('a@full.test', letter());
  const finder = await createRouteFinder({ db, clock, hashDomain }, { waitingMax: 1 });
  assert.equal((await finder('a@full.test'))?.serverId, full.serverId);
  const listener = createInboundListener({
    hostName: mailHostname,
    tls: certificate,
    acceptRecipient: routeRecipients([
      address => {
        if (address === 'broken@smtp.test') throw new DatabaseUnavailable('away');
        return { kind: 'not_mine' };
      },
      recipients,
      createInboundRecipients({ findRoute: finder }),
    ]),
    deliver,
    onError: () => {},
  });
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  const { open, closeAll } = createClientOpener(port);
  t.after(async () => {
    closeAll();
    await listener.close();
  });
  const client = await open();
  const say = async (line: string, expected: RegExp) => assert.match((await client.say(line)) ?? '', expected);
  await say('MAIL FROM:<>', /^250 /);
  await say('RCPT TO:<x@nowhere.test>', /^550 5\.1\.1 /);
  await say('RCPT TO:<a@full.test>', /^452 4\.3\.1 /);
  await say('RCPT TO:<broken@smtp.test>', /^451 4\.3\.0 /);
  // All in one piece: answers wait for the look-ups.
  client.write('RCPT TO:<a@smtp.test>\r\nRCPT TO:<x@nowhere.test>\r\nRCPT TO:<b@smtp.test>\r\nDATA\r\n');
  for (const code of ['250', '550', '250', '354']) assert.match((await client.reply()) ?? '', new RegExp(`^${code}`));
  client.write(`${letter()}.\r\n`);
  assert.match((await client.reply()) ?? '', /^250 2\.6\.0 /);
  assert.equal(await countOf(serverId), 2);
  const [source] = await db.reads.query<Record<string, unknown>>`
    select mail_from, client_address, helo, is_encrypted from inbound_sources where server_id = ${serverId}`;
  assert.deepEqual(source, {
    mail_from: '',
    client_address: '127.0.0.1',
    helo: 'client.test',
    is_encrypted: false,
  });
});
