import assert from 'node:assert/strict';
import test from 'node:test';
import { addServer, makeTestId, testWorld } from '../../testing/test-world.ts';
import type { NewBounce } from './bounce.ts';
import { deleteOldBounces } from './delete-old-bounces.ts';
import { storeBounces } from './store-bounces.ts';

const { database: db, accountId } = await testWorld();
const server = async () => (await addServer(db.accept, accountId, 'Live')).serverId;

function bounce(serverId: number, changes: Partial<NewBounce> = {}): NewBounce {
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
    ...changes,
  };
}

const store = (bounces: NewBounce[], now = new Date()) => db.results.transaction(tx => storeBounces(tx, bounces, now));

test('ids come in the order of the bounces, and never twice', async () => {
  const serverId = await server();
  const bounces = ['a', 'b', 'c'].map(details => bounce(serverId, { details }));
  const ids = [...(await store(bounces)), ...(await store([bounce(serverId, { details: 'd' })]))];
  assert.equal(new Set(ids).size, 4);
  const rows = await db.reads.query<{ id: number; details: string }>`
    select bounce_id as id, details from bounces where server_id = ${serverId}`;
  for (const [position, details] of ['a', 'b', 'c', 'd'].entries()) {
    assert.equal(rows.find(row => row.id === ids[position])?.details, details);
  }
  assert.deepEqual(await store([]), []);
});

test('whether an address becomes inactive, and may be activated again, follows from the type', async () => {
  const serverId = await server();
  const types = ['HardBounce', 'SoftBounce', 'SpamComplaint'] as const;
  await store(types.map(type => bounce(serverId, { type })));
  const rows = await db.reads.query`
    select type, is_inactive as "isInactive", can_activate as "canActivate"
    from bounces where server_id = ${serverId} order by bounce_id`;
  assert.deepEqual(rows, [
    { type: 'HardBounce', isInactive: true, canActivate: true },
    { type: 'SoftBounce', isInactive: false, canActivate: true },
    { type: 'SpamComplaint', isInactive: true, canActivate: false },
  ]);
});

test('what is older than the retention time goes, also when it is more than one batch; the rest stays', async () => {
  const serverId = await server();
  const line = new Date('2026-10-01T00:00:00Z');
  await store(
    Array.from({ length: 1500 }, () => bounce(serverId)),
    new Date(line.getTime() - 1),
  );
  const [kept] = await store([bounce(serverId)], line);
  await deleteOldBounces(db.results, line);
  const rows = await db.reads.query`select bounce_id as id from bounces where server_id = ${serverId}`;
  assert.deepEqual(rows, [{ id: kept }]);
});
