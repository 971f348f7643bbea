import assert from 'node:assert/strict';
import test from 'node:test';
import { addServer, makeTestId, readEvents, suppress, testWorld } from '../../testing/test-world.ts';
import type { BounceToRecord } from './bounce.ts';
import { deleteOldBounces, deleteOldDumps } from './delete-old-bounces.ts';
import { recordBounces } from './record-bounces.ts';

const { database: db, accountId, recordEvents } = await testWorld();
const server = async () => (await addServer(db.accept, accountId, 'Live')).serverId;
const oneDay = 86_400_000;

function bounce(serverId: number, changes: Partial<BounceToRecord> = {}): BounceToRecord {
  return {
    serverId,
    messageId: makeTestId(),
    recipientNumber: 0,
    streamId: 'outbound',
    type: 'HardBounce',
    emailAddress: 'Ana@buyer.test',
    addressKey: 'ana@buyer.test',
    fromAddress: 'desk@shop.test',
    subject: 'Order',
    tag: null,
    details: 'smtp;550 no such user',
    isFinal: true,
    ...changes,
  };
}

async function record(bounces: BounceToRecord[], now = new Date()): Promise<number[]> {
  const recorded = await db.results.transaction(tx => recordBounces(tx, recordEvents, bounces, now));
  return recorded.map(({ bounceId }) => bounceId);
}

const suppressionsOf = (serverId: number) => db.reads.query`
  select address_key as "addressKey", reason, origin from suppressions where server_id = ${serverId} order by address_key`;
const dumpsOf = (serverId: number) => db.reads.query<{ bounceId: number }>`
  select bounce_id as "bounceId" from bounce_dumps where server_id = ${serverId} order by bounce_id`;

test('ids come in the order of the bounces, and never twice', async () => {
  const serverId = await server();
  const bounces = ['a', 'b', 'c'].map(details => bounce(serverId, { details }));
  const ids = [...(await record(bounces)), ...(await record([bounce(serverId, { details: 'd' })]))];
  assert.equal(new Set(ids).size, 4);
  const rows = await db.reads.query<{ id: number; details: string }>`
    select bounce_id as id, details from bounces where server_id = ${serverId}`;
  for (const [position, details] of ['a', 'b', 'c', 'd'].entries()) {
    assert.equal(rows.find(row => row.id === ids[position])?.details, details);
  }
  assert.deepEqual(await record([]), []);
});

test('whether a bounce suppresses the address, and may be activated again, follows from the type', async () => {
  const serverId = await server();
  const types = ['HardBounce', 'SoftBounce', 'SpamComplaint'] as const;
  await record(types.map(type => bounce(serverId, { type })));
  const rows = await db.reads.query`
    select type, is_inactive as "isInactive", can_activate as "canActivate"
    from bounces where server_id = ${serverId} order by bounce_id`;
  assert.deepEqual(rows, [
    { type: 'HardBounce', isInactive: true, canActivate: true },
    { type: 'SoftBounce', isInactive: false, canActivate: true },
    { type: 'SpamComplaint', isInactive: true, canActivate: false },
  ]);
});

test('a report that comes by mail suppresses and is told, and is no second final state', async () => {
  const serverId = await server();
  const labels = { tag: 'order', metadata: { order: '1187' } };
  const source = Buffer.from('From: mailer-daemon@buyer.test\r\n\r\nno such user');
  const reported = bounce(serverId, {
    ...labels,
    isFinal: false,
    details: 'no such user',
    host: 'mx.buyer.test',
    source,
  });
  const [bounceId] = await record([reported]);
  const [told, suppressed, ...more] = await readEvents(db.reads, serverId);
  assert.deepEqual(told, {
    kind: 'bounce_reported',
    messageId: reported.messageId,
    recipientNumber: 0,
    recipient: 'Ana@buyer.test',
    details: {
      ...{ bounceId, type: 'HardBounce', report: 'no such user', host: 'mx.buyer.test', ip: '', hasDump: true },
      ...{ from: 'desk@shop.test', subject: 'Order', ...labels },
    },
  });
  assert.deepEqual(suppressed?.details, { reason: 'HardBounce', origin: 'Recipient', ...labels });
  assert.deepEqual(more, []);
  assert.deepEqual(await dumpsOf(serverId), [{ bounceId }]);
});

test('a complaint takes the place of any other reason, and nothing takes its place', async () => {
  const serverId = await server();
  await suppress(db.accept, serverId, 'ana@buyer.test', { reason: 'ManualSuppression' });
  await record([bounce(serverId, { type: 'SpamComplaint', isFinal: false })]);
  await record([bounce(serverId)]);
  assert.deepEqual(await suppressionsOf(serverId), [
    { addressKey: 'ana@buyer.test', reason: 'SpamComplaint', origin: 'Recipient' },
  ]);
  const kinds = (await readEvents(db.reads, serverId)).map(event => event.kind);
  assert.deepEqual(kinds, ['complaint_reported', 'suppression_created', 'recipient_bounced']);
});

test('a bounce and a complaint of one address in one batch are one suppression: the complaint', async () => {
  const serverId = await server();
  await record([
    bounce(serverId),
    bounce(serverId, { type: 'SpamComplaint' }),
    bounce(serverId, { type: 'SoftBounce' }),
  ]);
  assert.deepEqual(await suppressionsOf(serverId), [
    { addressKey: 'ana@buyer.test', reason: 'SpamComplaint', origin: 'Recipient' },
  ]);
  const changes = (await readEvents(db.reads, serverId)).filter(event => event.kind === 'suppression_created');
  assert.deepEqual(
    changes.map(event => event.details.reason),
    ['SpamComplaint'],
  );
});

test('what is older than the retention time goes, also when it is more than one batch; the rest stays', async () => {
  const serverId = await server();
  const line = new Date('2026-10-01T00:00:00Z');
  const quiet = { type: 'SoftBounce' as const };
  await record(
    Array.from({ length: 1500 }, () => bounce(serverId, quiet)),
    new Date(line.getTime() - 1),
  );
  const [kept] = await record([bounce(serverId, quiet)], line);
  await deleteOldBounces(db.results, line);
  const rows = await db.reads.query`select bounce_id as id from bounces where server_id = ${serverId}`;
  assert.deepEqual(rows, [{ id: kept }]);
});

test('a report goes after 30 days and its bounce stays; a bounce that goes sooner takes its report with it', async () => {
  const serverId = await server();
  const now = new Date('2026-11-20T00:00:00Z');
  const source = Buffer.from('a report');
  await record([bounce(serverId, { source, isFinal: false })], new Date(now.getTime() - 31 * oneDay));
  const [younger] = await record([bounce(serverId, { source, isFinal: false })], new Date(now.getTime() - 29 * oneDay));
  await deleteOldDumps(db.results, now);
  assert.deepEqual(await dumpsOf(serverId), [{ bounceId: younger }]);
  const bounces = await db.reads.query`select 1 from bounces where server_id = ${serverId}`;
  assert.equal(bounces.length, 2);
  await deleteOldBounces(db.results, new Date(now.getTime() - 7 * oneDay));
  assert.deepEqual(await dumpsOf(serverId), []);
});
