import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeFeedbackId } from '@pennyblack/email/return-path/feedback-id.ts';
import { encodeReturnPath } from '@pennyblack/email/return-path/verp.ts';
import { systemClock } from '@pennyblack/runtime/clock.ts';
import { DatabaseUnavailable } from '@pennyblack/runtime/database/database.ts';
import {
  addServer,
  createFakeIntake,
  createTestAcceptor,
  readEvents,
  testKeyRing,
  testWorld,
} from '../../testing/test-world.ts';
import { sampleRequest } from '../sending/testing/sample-requests.ts';
import { claimReports, countOpenReports, deleteOldFingerprints, freeReportsOfDead, giveBack } from './claim-reports.ts';
import { attemptsMax, processReport } from './process-report.ts';
import { reportKeys } from './report-keys.ts';
import { createReportRecipients, createReportTaker } from './smtp/take-report.ts';
import { autoReply, complaintReport, failureReport, letter } from './testing/sample-reports.ts';

const world = await testWorld();
const { database: db, accountId } = world;
const mailHostname = 'mail.shop.test';
const keys = reportKeys(testKeyRing);
const deps = { db: db.results, recordEvents: world.recordEvents, mailHostname, keys };
const takeDeps = { db: db.accept, clock: systemClock, mailHostname, keys, wake: () => {} };
const take = createReportTaker(takeDeps);
const handler = createReportRecipients(takeDeps);
const client = { address: '127.0.0.1', helo: 'mx.buyer.test', isEncrypted: true };
const fbl = `fbl@${mailHostname}`;
const ownProcess = 4711;

async function send(to = 'ana@buyer.test', server = world.server): Promise<string> {
  const acceptor = createTestAcceptor(world, createFakeIntake(undefined));
  const result = await acceptor.accept(server, sampleRequest({ to, tag: 'order' }));
  assert.equal(result.kind, 'accepted');
  return result.kind === 'accepted' ? result.messageId : '';
}

function pathOf(messageId: string, recipientNumber = 0, serverId = world.server.serverId): string {
  return encodeReturnPath(
    { serverId, messageId, recipientNumber },
    keys.returnPath[0] ?? Buffer.alloc(0),
    mailHostname,
  );
}

/** Through the listener's functions into the open work, and all of that through the job. Answers what became of it. */
async function arrive(recipient: string, source: Buffer, mailFrom = ''): Promise<string[]> {
  const answer = await take({ envelope: { mailFrom, recipients: [recipient] }, source, client });
  assert.equal(answer.kind, 'stored', JSON.stringify(answer));
  return work();
}

async function work(): Promise<string[]> {
  const ends: string[] = [];
  for (;;) {
    const claimed = await claimReports(db.claims, ownProcess, new Date());
    if (claimed.length === 0) return ends;
    for (const report of claimed) ends.push(await processReport(deps, report, new Date()));
  }
}

const bouncesOf = (messageId: string) => db.reads.query<{ type: string; number: number; email: string }>`
  select type, recipient_number as number, email_address as email from bounces where message_id = ${messageId}
  order by bounce_id`;
const suppressedOf = async (serverId = world.server.serverId) => {
  const rows = await db.reads.query<{ key: string; reason: string }>`
    select address_key as key, reason from suppressions where server_id = ${serverId} order by 1`;
  return rows.map(row => `${row.key} ${row.reason}`);
};

test('a report to a return path is a bounce of that recipient, with its dump, its suppression and its events', async () => {
  const server = await addServer(db.accept, accountId, 'Live');
  const messageId = await send('ana@buyer.test, ben@buyer.test', server);
  const returnPath = pathOf(messageId, 1, server.serverId);
  assert.deepEqual(handler(returnPath), { kind: 'accepted' });
  const report = failureReport({ recipient: 'ben@buyer.test', messageId });
  assert.deepEqual(await arrive(returnPath, report), ['bounce']);
  assert.deepEqual(await bouncesOf(messageId), [{ type: 'HardBounce', number: 1, email: 'ben@buyer.test' }]);
  assert.deepEqual(await suppressedOf(server.serverId), ['ben@buyer.test HardBounce']);
  const events = await readEvents(db.reads, server.serverId, messageId);
  assert.deepEqual(
    events.map(event => [event.kind, event.recipient]),
    [
      ['bounce_reported', 'ben@buyer.test'],
      ['suppression_created', 'ben@buyer.test'],
    ],
  );
  assert.equal(events[0]?.details.tag, 'order');
  assert.match(String(events[0]?.details.reply), /^smtp;\s?550 5\.1\.1 No such user/);
  const [dump] = await db.reads.query`select 1 from bounce_dumps where server_id = ${server.serverId}`;
  assert.ok(dump);
  assert.equal(await countOpenReports(db.reads), 0);
});

test('the same report again is stored once: its first 250 may have been lost', async () => {
  const messageId = await send();
  const report = failureReport({ recipient: 'ana@buyer.test', messageId }, { status: '5.2.2', reply: '552 full' });
  assert.equal((await arrive(pathOf(messageId), report)).length, 1);
  assert.deepEqual(await arrive(pathOf(messageId).toUpperCase(), report), []);
  assert.equal((await bouncesOf(messageId)).length, 1);
  // For another recipient it is another report.
  assert.deepEqual(await arrive(fbl, report), ['bounce']);
});

test('a delay is told in the timeline and is no bounce', async () => {
  const messageId = await send();
  const report = failureReport(
    { recipient: 'ana@buyer.test', messageId },
    { action: 'delayed', status: '4.4.1', reply: '451 4.4.1 busy' },
  );
  assert.deepEqual(await arrive(pathOf(messageId), report), ['delay']);
  assert.deepEqual(await bouncesOf(messageId), []);
  const [event] = await readEvents(db.reads, world.server.serverId, messageId);
  assert.equal(event?.kind, 'recipient_deferred');
  assert.match(String(event?.details.reply), /451 4\.4\.1 busy/);
});

test('an automatic answer is told, a letter to a return path is dropped, and neither suppresses', async () => {
  const server = await addServer(db.accept, accountId, 'Live');
  const messageId = await send('ana@buyer.test', server);
  const returnPath = pathOf(messageId, 0, server.serverId);
  assert.deepEqual(await arrive(returnPath, autoReply(), 'ana@buyer.test'), ['bounce']);
  assert.deepEqual(await arrive(returnPath, letter(), 'ana@buyer.test'), ['no_report']);
  assert.deepEqual(
    (await bouncesOf(messageId)).map(bounce => bounce.type),
    ['AutoResponder'],
  );
  assert.deepEqual(await suppressedOf(server.serverId), []);
});

test('a forged return path is refused; one for a message that is gone, or a recipient it never had, changes nothing', async () => {
  const messageId = await send();
  const foreign = encodeReturnPath(
    { serverId: world.server.serverId, messageId, recipientNumber: 0 },
    Buffer.alloc(32, 9),
    mailHostname,
  );
  assert.equal(handler(foreign).kind, 'refused');
  const gone = '01900000-0000-7000-8000-000000000001';
  const report = failureReport({ recipient: 'ana@buyer.test', messageId });
  assert.deepEqual(await arrive(pathOf(gone), report), ['unknown_message']);
  assert.deepEqual(await arrive(pathOf(messageId, 9), report), ['unknown_recipient']);
  assert.deepEqual(await bouncesOf(messageId), []);
});

test('without a return path, a report finds its message by what it quotes: return path, feedback id, message id', async () => {
  const server = await addServer(db.accept, accountId, 'Live');
  const { serverId } = server;
  let people = 0;
  const about = async () => {
    people += 1;
    const recipient = `person-${people}@buyer.test`;
    return { recipient, messageId: await send(recipient, server) };
  };
  const quoting = await about();
  const returnPath = pathOf(quoting.messageId, 0, serverId);
  const unknown = '01900000-0000-7000-8000-000000000002';
  assert.deepEqual(await arrive(fbl, failureReport({ ...quoting, messageId: unknown, returnPath })), ['bounce']);
  assert.equal((await bouncesOf(quoting.messageId)).length, 1);

  const signed = await about();
  const feedbackId = encodeFeedbackId({ serverId, messageId: signed.messageId }, keys.feedback[0]);
  assert.deepEqual(await arrive(fbl, complaintReport({ ...signed, messageId: unknown, feedbackId })), ['complaint']);
  assert.equal((await bouncesOf(signed.messageId)).length, 1);

  const named = await about();
  assert.deepEqual(await arrive(`abuse@${mailHostname}`, complaintReport(named)), ['complaint']);
  assert.equal((await bouncesOf(named.messageId)).length, 1);
  assert.deepEqual(await arrive(fbl, complaintReport({ ...named, messageId: unknown })), ['unknown_message']);
});

test('a complaint suppresses for ever the one who complained, and nobody else', async () => {
  const server = await addServer(db.accept, accountId, 'Live');
  const messageId = await send('ana@buyer.test, ben@buyer.test', server);
  const about = { recipient: 'ben@buyer.test', messageId };
  assert.deepEqual(await arrive(fbl, complaintReport(about, { named: '' })), ['unknown_recipient']);
  assert.deepEqual(await arrive(fbl, complaintReport(about, { named: 'eve@buyer.test' })), ['unknown_recipient']);
  assert.deepEqual(await arrive(fbl, complaintReport(about, { feedbackType: 'not-spam' })), ['no_trouble']);
  assert.deepEqual(await suppressedOf(server.serverId), []);
  assert.deepEqual(await arrive(fbl, complaintReport(about)), ['complaint']);
  assert.deepEqual(await suppressedOf(server.serverId), ['ben@buyer.test SpamComplaint']);
  const [row] = await db.reads.query`
    select can_activate as "canActivate", type from bounces where message_id = ${messageId}`;
  assert.deepEqual(row, { canActivate: false, type: 'SpamComplaint' });
  assert.ok(
    (await readEvents(db.reads, server.serverId, messageId)).some(event => event.kind === 'complaint_reported'),
  );
});

test('a person who writes to such an address is told that nobody reads it; mail that goes round in circles is refused', async () => {
  const offer = (recipient: string, source: Buffer) =>
    take({ envelope: { mailFrom: 'ana@buyer.test', recipients: [recipient] }, source, client });
  const refused = await offer(`postmaster@${mailHostname}`, letter());
  assert.deepEqual([refused.kind, 'code' in refused && refused.code], ['refused', 550]);
  const hops = Buffer.from('Received: from a by b; Thu, 26 Nov 2026 01:00:00 +0000\r\n'.repeat(51));
  const messageId = await send();
  for (const source of [
    Buffer.concat([hops, autoReply()]),
    Buffer.concat([Buffer.from(`X-PM-Message-Id: ${messageId}\r\n`), autoReply()]),
  ]) {
    const answer = await offer(pathOf(messageId), source);
    assert.deepEqual([answer.kind, 'enhanced' in answer && answer.enhanced], ['refused', '5.4.6']);
  }
  assert.equal(await countOpenReports(db.reads), 0);
});

test('when the database is away a report is put off', async () => {
  const away = {
    ...db.accept,
    transaction: async () => {
      throw new DatabaseUnavailable('away');
    },
  };
  const messageId = await send();
  const answer = await createReportTaker({ ...takeDeps, db: away })({
    envelope: { mailFrom: '', recipients: [pathOf(messageId)] },
    source: autoReply(),
    client,
  });
  assert.deepEqual(answer, { kind: 'try_later' });
});

test('a claim is of one process; what a dead one had is free again, and its late work changes nothing', async () => {
  const messageId = await send();
  const report = failureReport({ recipient: 'ana@buyer.test', messageId }, { reply: '550 5.1.1 gone' });
  await take({ envelope: { mailFrom: '', recipients: [pathOf(messageId)] }, source: report, client });
  const [claimed] = await claimReports(db.claims, 1, new Date());
  assert.ok(claimed);
  assert.deepEqual(await claimReports(db.claims, 2, new Date()), []);
  await db.results.transaction(tx => freeReportsOfDead(tx, [1], new Date()));
  assert.deepEqual(await work(), ['bounce']);
  assert.equal(await processReport(deps, claimed, new Date()), 'not_owned');
  assert.equal((await bouncesOf(messageId)).length, 1);
});

test('what a process claimed without hearing so, it claims again; nobody else does', async () => {
  const messageId = await send('eva@buyer.test');
  const report = failureReport({ recipient: 'eva@buyer.test', messageId });
  await take({ envelope: { mailFrom: '', recipients: [pathOf(messageId)] }, source: report, client });
  const [unheard] = await claimReports(db.claims, ownProcess, new Date());
  assert.equal(unheard?.attempts, 1);
  assert.deepEqual(await claimReports(db.claims, 2, new Date()), []);
  assert.deepEqual(await work(), ['bounce']);
});

test('a report that makes us fail comes again later, and is given up in the end as a bounce of unknown kind', async () => {
  const messageId = await send('cy@buyer.test');
  const report = failureReport({ recipient: 'cy@buyer.test', messageId }, { reply: '550 5.1.1 never' });
  await take({ envelope: { mailFrom: '', recipients: [pathOf(messageId)] }, source: report, client });
  let now = new Date();
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const [claimed] = await claimReports(db.claims, ownProcess, now);
    assert.ok(claimed, `attempt ${attempt}`);
    const broken = { ...claimed, source: Buffer.from('not compressed') };
    await assert.rejects(processReport(deps, broken, now));
    await giveBack(db.results, claimed, now);
    assert.deepEqual(await claimReports(db.claims, ownProcess, now), []);
    now = new Date(now.getTime() + 7_200_000);
  }
  const [last] = await claimReports(db.claims, ownProcess, now);
  assert.ok(last);
  assert.equal(await processReport(deps, { ...last, source: Buffer.from('not compressed') }, now), 'given_up');
  assert.deepEqual(
    (await bouncesOf(messageId)).map(bounce => bounce.type),
    ['Unknown'],
  );
  assert.equal(await countOpenReports(db.reads), 0);
});

test('fingerprints are forgotten when no server would send a report again', async () => {
  const messageId = await send('dan@buyer.test');
  const report = failureReport({ recipient: 'dan@buyer.test', messageId }, { reply: '550 5.1.1 old' });
  await arrive(pathOf(messageId), report);
  await deleteOldFingerprints(db.results, new Date(Date.now() + 5 * 86_400_000));
  assert.deepEqual(await arrive(pathOf(messageId), report), []);
  await deleteOldFingerprints(db.results, new Date(Date.now() + 7 * 86_400_000));
  assert.deepEqual(await arrive(pathOf(messageId), report), ['bounce']);
});
