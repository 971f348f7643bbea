import assert from 'node:assert/strict';
import test from 'node:test';
import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { removedAddress } from '@pennyblack/email/address/replace-address.ts';
import { createDataRemovalJob, createDataRemovers, tablesWithoutRecipients } from './build-data-removals.ts';
import { createAccount } from './features/accounts/create-account.ts';
import { composeRemovalNotice, readRemovalNotice } from './features/data-removals/removal-notice.ts';
import { readRemoval, requestRemoval } from './features/data-removals/request-removal.ts';
import { claimWork, loadClaimed } from './features/delivery/claim-work.ts';
import { lanes } from './features/delivery/delivery-item.ts';
import { isQueuedCondition } from './features/delivery/find-queued.ts';
import type { Outcome } from './features/delivery/outcome.ts';
import { recordResults } from './features/delivery/record-results.ts';
import { findOutbound } from './features/messages/find-outbound.ts';
import { sampleRequest } from './features/sending/testing/sample-requests.ts';
import { findSuppressed } from './features/suppressions/find-suppressed.ts';
import { liftSuppression } from './features/suppressions/lift-suppression.ts';
import { suppressAddresses } from './features/suppressions/suppress-addresses.ts';
import { recordSampleHits } from './features/tracking/testing/sample-hits.ts';
import { listTables, searchDatabase } from './testing/search-database.ts';
import {
  addServer,
  createFakeIntake,
  createTestAcceptor,
  makeTestId,
  readEvents,
  readQueue,
  suppress,
  testKeyRing,
  testWorld,
} from './testing/test-world.ts';

const world = await testWorld();
const { database: db, accountId, server, recordEvents } = world;
const acceptor = createTestAcceptor(world, createFakeIntake(undefined));
await db.results.query`create table webhook_history_for_test partition of webhook_history default`;

type Person = { address: string };
let persons = 0;

/** Everybody is somebody else, so that no test finds what another one left. */
function person(): Person {
  persons += 1;
  return { address: `Nadia.${persons}@client.test` };
}

async function sendTo(changes: Parameters<typeof sampleRequest>[0], serverOf = server): Promise<string> {
  const result = await acceptor.accept(serverOf, sampleRequest(changes));
  assert.ok(result.kind === 'accepted', JSON.stringify(result));
  return result.messageId;
}

/** Takes everything that waits and gives it this outcome. */
async function deliverAll(outcomeFor: (address: string) => Outcome): Promise<void> {
  const claim = {
    lane: lanes.transactional,
    notBefore: new Date(0),
    perServer: 50,
    total: 200,
    processNumber: 7,
    afterServerId: 0,
  };
  const rows = await claimWork(db, claim, new Date());
  const { items } = await loadClaimed(db, rows, claim, new Date());
  const results = items.map(item => ({ item, outcome: outcomeFor(item.address) }));
  await db.results.transaction(tx => recordResults(tx, recordEvents, results, new Date()));
}

const by = { host: 'mx.client.test', ip: '192.0.2.1' };
const delivered = (): Outcome => ({ kind: 'delivered', reply: 'smtp;250 2.0.0 ok', by });
const bounced = (address: string): Outcome => ({
  kind: 'bounced',
  type: 'HardBounce',
  reply: `smtp;550 5.1.1 <${address}> does not exist`,
  by,
});

async function ask(subject: Person, { account = accountId, notify = false, by: requestedBy = 'owner@shop.test' } = {}) {
  const request = { requestedBy, requestedFor: subject.address, notifyWhenCompleted: notify };
  return db.accept.transaction(tx => requestRemoval(tx, account, request, new Date()));
}

const later = (seconds: number) => new Date(Date.now() + seconds * 1000);
const run = createDataRemovalJob(db.results, recordEvents);
const statusOf = async (id: number, account = accountId) => (await readRemoval(db.reads, account, id)).status;

/** The run that erases, then the one that finds nothing any more. */
async function workOff(id: number): Promise<void> {
  await run(later(61));
  await run(later(62));
  assert.equal(await statusOf(id), 'Done');
}

test('every table of the database has its place in the erasure of data, or a reason why it needs none', async () => {
  const covered = createDataRemovers(recordEvents).flatMap(remover => remover.tables);
  const listed = [...covered, ...Object.keys(tablesWithoutRecipients)];
  assert.deepEqual(
    (await listTables(db.reads)).filter(table => !listed.includes(table)),
    [],
    'add a DataRemover for the table, or a reason in tablesWithoutRecipients (build-data-removals.ts)',
  );
  assert.equal(new Set(listed).size, listed.length, 'a table stands there twice');
  const existing = await listTables(db.reads);
  assert.deepEqual(
    listed.filter(table => !existing.includes(table)),
    [],
    'the table is gone',
  );
  for (const [table, reason] of Object.entries(tablesWithoutRecipients)) assert.match(reason, /\w{3}/, table);
});

test('after the erasure the address is nowhere in the database, and everything can still be counted', async () => {
  const subject = person();
  const { address } = subject;
  const encoded = encodeURIComponent(address);
  const alone = await sendTo({
    to: `"Nadia Nowak" <${address}>`,
    subject: `For ${address}`,
    tag: 'welcome',
    metadata: { customer: address },
    htmlBody: `<a href="https://shop.test/?to=${encoded}">hello ${address.toUpperCase()}</a>`,
  });
  const bouncing = await sendTo({ to: address, subject: 'Invoice of Nadia Nowak' });
  await deliverAll(recipient => (recipient === address ? bounced(recipient) : delivered()));
  await db.results.transaction(tx =>
    liftSuppression(
      tx,
      recordEvents,
      { serverId: server.serverId, streamId: 'outbound', emailAddress: address, origin: 'Customer' },
      new Date(),
    ),
  );
  await suppress(db.accept, server.serverId, address, { streamId: 'broadcast' });
  const reading = {
    userAgent: 'Reader of Nadia Nowak',
    ip: '198.51.100.77',
    target: `https://shop.test/?to=${address}`,
  };
  await recordSampleHits(
    db.results,
    recordEvents,
    { serverId: server.serverId, messageId: alone },
    makeTestId,
    reading,
  );
  const callId = makeTestId();
  const attempts = JSON.stringify([{ status: 200, answer: `thanks for ${address}` }]);
  await db.results.query`
    insert into webhook_history (server_id, webhook_id, call_id, order_key, event_id, trigger, includes_content, state, attempts, finished_at)
    values (${server.serverId}, 1, ${callId}, ${alone}, ${makeTestId()}, 'Bounce', false, 'succeeded', ${attempts}::jsonb, now())`;
  await db.results.query`
    insert into webhook_calls (server_id, webhook_id, order_key, call_id, event_id, trigger, includes_content, due_at, attempts)
    values (${server.serverId}, 1, ${alone}, ${makeTestId()}, ${makeTestId()}, 'Bounce', false, now(), ${attempts}::jsonb)`;
  const tablesBefore = new Set((await searchDatabase(db.reads, address)).map(line => line.split(':')[0]));
  for (const table of [
    'messages',
    'message_contents',
    'message_recipients',
    'events',
    'bounces',
    'suppressions',
    'clicks',
    'webhook_history',
    'webhook_calls',
  ])
    assert.ok(tablesBefore.has(table), `${table} holds nothing to erase, so the test would prove nothing`);
  const eventsBefore = await readEvents(db.reads, server.serverId);

  const { dataRemovalId } = await ask(subject, { notify: false });
  await workOff(dataRemovalId);

  for (const text of [address, encoded, 'Nadia Nowak', reading.ip])
    assert.deepEqual(await searchDatabase(db.reads, text), []);
  const eventsAfter = await readEvents(db.reads, server.serverId);
  assert.deepEqual(
    eventsAfter.map(event => [event.kind, event.messageId]),
    eventsBefore.map(event => [event.kind, event.messageId]),
  );
  for (const id of [alone, bouncing]) {
    const { message, content } = await findOutbound(db.reads, server.serverId, id, isQueuedCondition);
    assert.equal(content, undefined);
    assert.deepEqual([message.subject, message.recipients.map(recipient => recipient.address)], ['', [removedAddress]]);
  }
  const [bounce] = await db.reads.query<{ type: string; address: string; details: string; canActivate: boolean }>`
    select type, email_address as address, details, can_activate as "canActivate" from bounces where message_id = ${bouncing}`;
  assert.deepEqual(bounce, {
    type: 'HardBounce',
    address: removedAddress,
    details: `smtp;550 5.1.1 <${removedAddress}> does not exist`,
    canActivate: false,
  });
});

test('mail to several people stays readable for the others, without the one who is gone', async () => {
  const subject = person();
  const messageId = await sendTo({
    to: 'ana@buyer.test',
    cc: `Nadia Nowak <${subject.address}>`,
    subject: 'Plan',
    textBody: `Ana and ${subject.address} meet at noon. Not x${subject.address}.`,
    metadata: { guest: subject.address, room: '7' },
  });
  await deliverAll(delivered);
  const { dataRemovalId } = await ask(subject);
  await workOff(dataRemovalId);
  const { message, content } = await findOutbound(db.reads, server.serverId, messageId, isQueuedCondition);
  assert.ok(content);
  assert.equal(content.text, `Ana and ${removedAddress} meet at noon. Not x${subject.address}.`);
  assert.deepEqual(content.cc, [
    { name: '', localPart: 'removed', domain: 'recipient.invalid', address: removedAddress },
  ]);
  assert.equal(content.to[0]?.address, 'ana@buyer.test');
  assert.deepEqual(message.metadata, { guest: removedAddress, room: '7' });
  assert.equal(message.subject, 'Plan');
  // The longer address is somebody else's.
  assert.ok(
    (await searchDatabase(db.reads, subject.address)).every(line => line.includes(`x${subject.address.toLowerCase()}`)),
  );
});

test('a hashed suppression still suppresses, in any casing, on its stream and server only, and can be lifted', async () => {
  const subject = person();
  const other = await addServer(db.accept, accountId, 'Live');
  await suppress(db.accept, server.serverId, subject.address.toLowerCase());
  const key = (serverId: number, streamId: string, address: string) => ({
    accountId,
    serverId,
    streamId,
    addressKey: addressKey(address),
  });
  const look = async () =>
    [
      ...(await findSuppressed(db.reads, [
        key(server.serverId, 'outbound', 'somebody@else.test'),
        key(server.serverId, 'outbound', subject.address.toUpperCase()),
        key(server.serverId, 'broadcast', subject.address),
        key(other.serverId, 'outbound', subject.address),
      ])),
    ].toSorted();
  assert.deepEqual(await look(), [1]);
  const { dataRemovalId } = await ask(subject);
  await workOff(dataRemovalId);
  assert.deepEqual(await searchDatabase(db.reads, subject.address), []);
  assert.deepEqual(await look(), [1]);
  const refused = await acceptor.accept(server, sampleRequest({ to: subject.address }));
  assert.ok(refused.kind === 'refused' && refused.refusal === 'recipients_inactive');

  // A bounce that comes late does not write the address down again.
  const late = {
    serverId: server.serverId,
    streamId: 'outbound',
    addressKey: addressKey(subject.address),
    emailAddress: subject.address,
  };
  assert.deepEqual(
    await db.results.transaction(tx =>
      suppressAddresses(tx, [{ ...late, reason: 'HardBounce', origin: 'Recipient' }], new Date()),
    ),
    [],
  );
  assert.deepEqual(await searchDatabase(db.reads, subject.address), []);

  const lift = {
    serverId: server.serverId,
    streamId: 'outbound',
    emailAddress: subject.address,
    origin: 'Customer' as const,
  };
  assert.equal(await db.results.transaction(tx => liftSuppression(tx, recordEvents, lift, new Date())), true);
  assert.deepEqual(await look(), []);
});

test('what waits in the queue ends; what a process has in hand is waited for', async () => {
  const subject = person();
  const waiting = await sendTo({ to: subject.address });
  const inHand = await sendTo({ to: subject.address });
  await db.results.query`update delivery_queue set owner_process = 7 where message_id = ${inHand}`;
  const { dataRemovalId } = await ask(subject);
  await run(later(61));
  await run(later(62));
  assert.equal(await statusOf(dataRemovalId), 'Pending');
  assert.deepEqual(await readQueue(db.reads, server.serverId, waiting), []);
  const events = await readEvents(db.reads, server.serverId, waiting);
  assert.deepEqual(
    events.map(event => [event.kind, event.recipient, event.details]),
    [['recipient_suppressed', null, { why: 'data_removed' }]],
  );
  assert.equal((await readQueue(db.reads, server.serverId, inHand)).length, 1);

  await db.results.query`update delivery_queue set owner_process = null where message_id = ${inHand}`;
  await workOff(dataRemovalId);
  assert.deepEqual(await searchDatabase(db.reads, subject.address), []);
});

test('mail that still waits for others goes out to them as it was written, and is erased then', async () => {
  const subject = person();
  const messageId = await sendTo({ to: `${subject.address}, ana@buyer.test`, textBody: 'Both of you' });
  const { dataRemovalId } = await ask(subject);
  await run(later(61));
  await run(later(62));
  assert.equal(await statusOf(dataRemovalId), 'Pending');
  assert.deepEqual(
    (await readQueue(db.reads, server.serverId, messageId)).map(row => row.recipientNumber),
    [1],
  );
  const { content } = await findOutbound(db.reads, server.serverId, messageId, isQueuedCondition);
  assert.equal(content?.to[0]?.address, subject.address);
  await deliverAll(delivered);
  await workOff(dataRemovalId);
  assert.deepEqual(await searchDatabase(db.reads, subject.address), []);
});

test('what came after the request stays, and so does everything of another account', async () => {
  const subject = person();
  const other = await db.accept.transaction(tx =>
    createAccount(tx, testKeyRing, { name: 'Other', givenToken: undefined }, new Date()),
  );
  const theirServer = await addServer(db.accept, other.accountId, 'Live');
  const theirs = await sendTo({ to: subject.address }, theirServer);
  const { dataRemovalId } = await ask(subject);
  await new Promise(resolve => setTimeout(resolve, 3));
  const after = await sendTo({ to: subject.address });
  await workOff(dataRemovalId);
  const left = await db.reads.query<{ id: string }>`
    select message_id as id from message_recipients where address_key = ${addressKey(subject.address)} order by 1`;
  assert.deepEqual(
    left.map(row => row.id),
    [theirs, after].toSorted(),
  );
  assert.equal((await readQueue(db.reads, theirServer.serverId)).length, 1);
});

test('many messages are erased in batches, and a run that is killed in the middle is finished by the next', async () => {
  const subject = person();
  await Promise.all(Array.from({ length: 45 }, () => sendTo({ to: subject.address })));
  const { dataRemovalId } = await ask(subject);
  let transactions = 0;
  const dying = {
    ...db.results,
    transaction: <T>(work: Parameters<typeof db.results.transaction<T>>[0]) => {
      transactions += 1;
      if (transactions > 2) throw new Error('killed');
      return db.results.transaction(work);
    },
  };
  await assert.rejects(createDataRemovalJob(dying, recordEvents)(later(61)), /killed/);
  const left = await db.reads
    .query`select 1 from message_recipients where address_key = ${addressKey(subject.address)}`;
  assert.ok(left.length > 0 && left.length < 45, `${left.length} of 45 are left`);
  await workOff(dataRemovalId);
  assert.deepEqual(await searchDatabase(db.reads, subject.address), []);
});

test('a request is pending until what was under way when it came has settled', async () => {
  const { dataRemovalId } = await ask(person());
  await run(later(30));
  assert.equal(await statusOf(dataRemovalId), 'Pending');
  await run(later(61));
  assert.equal(await statusOf(dataRemovalId), 'Done');
});

test('who asked is told: the mail is queued once, together with the end of the removal, and he is forgotten after it', async () => {
  const subject = person();
  const { dataRemovalId } = await ask(subject, { notify: true, by: 'asker@shop.test' });
  await ask(person(), { notify: false, by: 'quiet@shop.test' });
  const queued: number[] = [];
  let isBroken = true;
  const telling = createDataRemovalJob(db.results, recordEvents, async (_tx, id) => {
    queued.push(id);
    if (isBroken) throw new Error('no mail today');
  });
  await assert.rejects(telling(later(61)), /no mail today/);
  assert.equal(await statusOf(dataRemovalId), 'Pending');
  isBroken = false;
  await telling(later(62));
  assert.equal(await statusOf(dataRemovalId), 'Done');
  assert.deepEqual(await searchDatabase(db.reads, subject.address), []);
  await telling(later(63));
  assert.deepEqual(queued, [dataRemovalId, dataRemovalId], 'the failed one is tried again, the second is the last');

  const notice = await readRemovalNotice(db.reads, dataRemovalId);
  assert.ok(notice);
  const mail = composeRemovalNotice(notice);
  assert.equal(mail.to, 'asker@shop.test');
  assert.match(mail.text, new RegExp(`number ${dataRemovalId}\\) is done`));
  assert.ok(!JSON.stringify(mail).includes(subject.address));

  assert.deepEqual(await searchDatabase(db.reads, 'quiet@shop.test'), []);
  await telling(later(9 * 86_400));
  assert.equal(await readRemovalNotice(db.reads, dataRemovalId), undefined);
  assert.deepEqual(await searchDatabase(db.reads, 'asker@shop.test'), []);
});

test('a request that fails does not hold up the others', async () => {
  const [poison, fine] = [person(), person()];
  await sendTo({ to: poison.address });
  const failing = await ask(poison);
  const { dataRemovalId } = await ask(fine);
  const broken = {
    ...db.results,
    transaction: <T>(work: Parameters<typeof db.results.transaction<T>>[0]) =>
      db.results.transaction(async tx => {
        const result = await work(tx);
        const left = await tx.query`select 1 from message_recipients where address_key = ${addressKey(poison.address)}`;
        if (left.length === 0) throw new Error('cannot be erased');
        return result;
      }),
  };
  await assert.rejects(createDataRemovalJob(broken, recordEvents)(later(61)), /cannot be erased/);
  assert.equal(await statusOf(dataRemovalId), 'Done');
  assert.equal(await statusOf(failing.dataRemovalId), 'Pending');
  await workOff(failing.dataRemovalId);
});
