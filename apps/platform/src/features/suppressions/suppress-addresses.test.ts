import assert from 'node:assert/strict';
import test from 'node:test';
import { addServer, readEvents, testWorld } from '../../testing/test-world.ts';
import { findSuppressed } from './find-suppressed.ts';
import { liftSuppression } from './lift-suppression.ts';
import { suppressAddresses } from './suppress-addresses.ts';
import type { Suppression } from './suppression.ts';

const { database: db, accountId, recordEvents } = await testWorld();
const server = async () => (await addServer(db.accept, accountId, 'Live')).serverId;
const now = new Date();

function suppression(serverId: number, addressKey: string, changes: Partial<Suppression> = {}): Suppression {
  return {
    serverId,
    streamId: 'outbound',
    addressKey,
    emailAddress: addressKey,
    reason: 'HardBounce',
    origin: 'Recipient',
    ...changes,
  };
}

const suppressAll = (...all: Suppression[]) => db.accept.transaction(tx => suppressAddresses(tx, all, now));
const key = (serverId: number, addressKey: string, streamId = 'outbound') => ({
  serverId,
  streamId,
  addressKey,
  accountId,
});

test('the suppressed among many are told by their position, whatever the order and however often they are asked for', async () => {
  const [serverId, other] = [await server(), await server()];
  await suppressAll(suppression(serverId, 'b@x.test'), suppression(other, 'a@x.test'));
  const found = await findSuppressed(db.reads, [
    key(serverId, 'a@x.test'),
    key(serverId, 'b@x.test'),
    key(serverId, 'b@x.test', 'broadcast'),
    key(other, 'b@x.test'),
    key(serverId, 'b@x.test'),
    key(other, 'a@x.test'),
  ]);
  assert.deepEqual(found, new Set([1, 4, 5]));
  assert.deepEqual(await findSuppressed(db.reads, []), new Set());
});

test('an address that is suppressed keeps its first reason, and only what is new is answered', async () => {
  const serverId = await server();
  const complaint = suppression(serverId, 'a@x.test', { reason: 'SpamComplaint' });
  assert.deepEqual(await suppressAll(complaint), [complaint]);
  const second = suppression(serverId, 'b@x.test');
  assert.deepEqual(await suppressAll(suppression(serverId, 'a@x.test'), second, second), [second]);
  const rows = await db.reads.query`
    select address_key as key, reason from suppressions where server_id = ${serverId} order by 1`;
  assert.deepEqual(rows, [
    { key: 'a@x.test', reason: 'SpamComplaint' },
    { key: 'b@x.test', reason: 'HardBounce' },
  ]);
});

test('addresses are suppressed in the order of their keys, so that two transactions never wait for each other', async () => {
  const serverId = await server();
  const [a, b, c] = ['a@x.test', 'b@x.test', 'c@x.test'].map(address => suppression(serverId, address));
  assert.ok(a && b && c);
  const other = await db.accept.transaction(async tx => {
    await suppressAddresses(tx, [b], now);
    // It comes to b after a and waits there for us. With c in its hands our next step would be a deadlock.
    const waiting = db.results.transaction(tx => suppressAddresses(tx, [c, b, a], now));
    await untilSomebodyWaits();
    await suppressAddresses(tx, [c], now);
    return { waiting };
  });
  assert.deepEqual(await other.waiting, [a]);
});

async function untilSomebodyWaits(): Promise<void> {
  const giveUpAt = Date.now() + 30_000;
  const isWaiting = async () =>
    (
      await db.reads.query`
    select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    ).length > 0;
  while (!(await isWaiting())) {
    assert.ok(Date.now() < giveUpAt, 'nobody waits for a lock');
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

test('a lifted address may receive again; lifting is told in an event, and only when something was lifted', async () => {
  const serverId = await server();
  await suppressAll(
    suppression(serverId, 'ana@x.test'),
    suppression(serverId, 'ana@x.test', { streamId: 'broadcast' }),
  );
  const lift = (streamId: string) =>
    db.accept.transaction(tx =>
      liftSuppression(tx, recordEvents, { serverId, streamId, emailAddress: 'Ana@X.test', origin: 'Customer' }, now),
    );
  assert.equal(await lift('outbound'), true);
  assert.equal(await lift('outbound'), false);
  const left = await findSuppressed(db.reads, [key(serverId, 'ana@x.test'), key(serverId, 'ana@x.test', 'broadcast')]);
  assert.deepEqual(left, new Set([1]));
  assert.deepEqual(await readEvents(db.reads, serverId), [
    {
      kind: 'suppression_lifted',
      messageId: null,
      recipientNumber: null,
      recipient: 'Ana@X.test',
      details: { origin: 'Customer' },
    },
  ]);
});
