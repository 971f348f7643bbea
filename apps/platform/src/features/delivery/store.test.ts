import assert from 'node:assert/strict';
import test from 'node:test';
import { addServer, readQueue, testWorld } from '../../testing/test-world.ts';
import { lanes } from './delivery-item.ts';
import { countQueued, forgetOldDotMarks, hasQueuedBelow } from './find-queued.ts';
import { claimRows, deleteFinishedRows, insertDotMarks, returnRows } from './store.ts';
import { liveProcess, queueRow } from './testing/queued-rows.ts';

const { database: db, accountId } = await testWorld();
const server = async () => (await addServer(db.accept, accountId, 'Live')).serverId;
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

type Claim = Parameters<typeof claimRows>[1];

function claimWith(changes: Partial<Claim> = {}) {
  const claim: Claim = {
    lane: lanes.transactional,
    notBefore: new Date(0),
    dueUntil: new Date(),
    afterServerId: 0,
    perServer: 50,
    total: 200,
    processNumber: 1,
    ...changes,
  };
  return db.claims.transaction(tx => claimRows(tx, claim));
}

/** Each test begins with an empty queue. */
async function emptyQueue(): Promise<void> {
  await db.results.query`delete from delivery_queue`;
}

test('one server’s flood does not keep the others waiting: each gets its share of a claim', async () => {
  await emptyQueue();
  const [loud, quiet, silent] = [await server(), await server(), await server()];
  for (let row = 0; row < 8; row += 1) await queueRow(db.results, loud, { dueAt: minutesAgo(60 - row) });
  await queueRow(db.results, quiet, { dueAt: minutesAgo(1) });
  await queueRow(db.results, silent, { dueAt: minutesAgo(1) });

  const claimed = await claimWith({ perServer: 3 });
  const countOf = (serverId: number) => claimed.filter(row => row.serverId === serverId).length;
  assert.deepEqual([countOf(loud), countOf(quiet), countOf(silent)], [3, 1, 1]);
  const ages = claimed.filter(row => row.serverId === loud).map(row => row.dueAt.getTime());
  assert.ok(Math.max(...ages) < minutesAgo(57).getTime(), 'the oldest of the server go first');
});

test('a claim takes no more than there is room for', async () => {
  await emptyQueue();
  for (const serverId of [await server(), await server()]) {
    for (let row = 0; row < 3; row += 1) await queueRow(db.results, serverId);
  }
  assert.equal((await claimWith({ total: 4 })).length, 4);
  assert.equal((await claimWith()).length, 2);
  assert.deepEqual(await claimWith(), []);
});

test('a claim that found no room for all servers is continued after the last one', async () => {
  await emptyQueue();
  const [first, second] = [await server(), await server()];
  await queueRow(db.results, first);
  await queueRow(db.results, second);
  const claimed = await claimWith({ afterServerId: first });
  assert.deepEqual(
    claimed.map(row => row.serverId),
    [second],
  );
});

test('lanes are claimed apart, and a claimed row carries its owner', async () => {
  await emptyQueue();
  const serverId = await server();
  const broadcast = await queueRow(db.results, serverId, { lane: lanes.broadcast, streamId: 'broadcast' });
  const receipt = await queueRow(db.results, serverId);
  const [claimed, ...more] = await claimWith({ processNumber: 9 });
  assert.deepEqual(more, []);
  assert.deepEqual(claimed, {
    serverId,
    messageId: receipt.messageId,
    recipientNumber: 0,
    streamId: 'outbound',
    claimNumber: 1,
    attempts: 0,
    dueAt: receipt.dueAt,
    isUncertain: false,
  });
  assert.deepEqual(
    (await readQueue(db.reads, serverId)).map(row => [row.messageId, row.owner]),
    [
      [broadcast.messageId, null],
      [receipt.messageId, 9],
    ],
  );
  assert.equal((await claimWith({ lane: lanes.broadcast }))[0]?.messageId, broadcast.messageId);
});

test('nothing is claimed before its time, below the line, owned, or held', async () => {
  await emptyQueue();
  const serverId = await server();
  await queueRow(db.results, serverId, { dueAt: new Date(Date.now() + 60_000) });
  await queueRow(db.results, serverId, { ownerNumber: 5 });
  const held = await queueRow(db.results, serverId);
  await db.results.query`update delivery_queue set is_held = true where message_id = ${held.messageId}`;
  const old = await queueRow(db.results, serverId, { dueAt: minutesAgo(30) });
  assert.deepEqual(await claimWith({ notBefore: minutesAgo(10) }), []);
  assert.deepEqual(
    (await claimWith({ notBefore: minutesAgo(31) })).map(row => row.messageId),
    [old.messageId],
  );
});

test('two claimers at the same moment never share a row, and neither waits for the other', async () => {
  await emptyQueue();
  const serverId = await server();
  for (let row = 0; row < 20; row += 1) await queueRow(db.results, serverId);
  const half = {
    lane: lanes.transactional,
    notBefore: new Date(0),
    dueUntil: new Date(),
    afterServerId: 0,
    perServer: 10,
    total: 10,
  };
  // The second claims while the first has not committed.
  const [first, second] = await db.claims.transaction(async tx => {
    const claimed = await claimRows(tx, { ...half, processNumber: 1 });
    return [claimed, await db.accept.transaction(other => claimRows(other, { ...half, processNumber: 2 }))];
  });
  assert.equal(first?.length, 10);
  assert.equal(second?.length, 10);
  assert.equal(new Set([...(first ?? []), ...(second ?? [])].map(row => row.messageId)).size, 20);
});

test('a finished row goes for its owner, or for anybody when its end is a fact; and only once', async () => {
  await emptyQueue();
  const serverId = await server();
  const row = await queueRow(db.results, serverId, { ownerNumber: 8 });
  const finish = (ownerNumber: number, needsOwner: boolean) =>
    db.results.transaction(tx => deleteFinishedRows(tx, [{ ...row, ownerNumber, claimNumber: 0, needsOwner }]));
  assert.deepEqual(await finish(7, true), []);
  assert.deepEqual(await finish(7, false), [{ messageId: row.messageId, recipientNumber: 0 }]);
  assert.deepEqual(await finish(8, true), []);
});

test('a returned row keeps its last reply and its mark of uncertainty', async () => {
  await emptyQueue();
  const serverId = await server();
  const row = await queueRow(db.results, serverId, { ownerNumber: 8 });
  const giveBack = (changes: object) =>
    db.results.transaction(tx =>
      returnRows(tx, [
        {
          ...row,
          ownerNumber: 8,
          claimNumber: 0,
          attempts: 1,
          isUncertain: true,
          isHeld: false,
          lastReply: 'smtp;451',
          ...changes,
        },
      ]),
    );
  assert.equal((await giveBack({ ownerNumber: 7 })).length, 0);
  assert.equal((await giveBack({})).length, 1);
  await claimWith({ processNumber: 8 });
  await giveBack({ claimNumber: 1, isUncertain: false, lastReply: null, attempts: 2 });
  const [back] = await readQueue(db.reads, serverId);
  assert.deepEqual([back?.owner, back?.attempts, back?.isUncertain, back?.lastReply], [null, 2, true, 'smtp;451']);
});

test('a process that counts as dead cannot mark dots: others have looked at its marks already', async () => {
  const serverId = await server();
  const processNumber = await liveProcess(db);
  const mark = { serverId, messageId: '01900000-0000-7000-8000-000000000001', recipientNumber: 0, attempt: 1 };
  assert.equal(await insertDotMarks(db.results, processNumber, [mark], new Date()), true);
  await db.results.query`update processes set ended_at = now() where process_number = ${processNumber}`;
  assert.equal(await insertDotMarks(db.results, processNumber, [mark], new Date()), false);
  const rows = await db.reads.query`select 1 from dot_marks where process_number = ${processNumber}`;
  assert.equal(rows.length, 1);
});

test('marks are forgotten after two hours, when no answer is waited for any more', async () => {
  const processNumber = await liveProcess(db);
  const serverId = await server();
  const mark = { serverId, messageId: '01900000-0000-7000-8000-000000000001', recipientNumber: 0, attempt: 1 };
  await insertDotMarks(db.results, processNumber, [mark], minutesAgo(121));
  await insertDotMarks(db.results, processNumber, [mark], minutesAgo(119));
  await forgetOldDotMarks(db.results, new Date());
  const rows = await db.reads.query`select 1 from dot_marks where process_number = ${processNumber}`;
  assert.equal(rows.length, 1);
});

test('the queue is counted by lane, by whether it waits and by whether it is held', async () => {
  await emptyQueue();
  const serverId = await server();
  await queueRow(db.results, serverId);
  await queueRow(db.results, serverId);
  await queueRow(db.results, serverId, { lane: lanes.broadcast, ownerNumber: 3 });
  const counts = await countQueued(db.reads);
  assert.deepEqual(
    counts.toSorted((a, b) => a.lane - b.lane),
    [
      { lane: 0, isWaiting: true, isHeld: false, count: 2 },
      { lane: 1, isWaiting: false, isHeld: false, count: 1 },
    ],
  );
});

test('retention is told whether anything queued is older than an id', async () => {
  await emptyQueue();
  const row = await queueRow(db.results, await server());
  assert.equal(await hasQueuedBelow(db.reads, row.messageId), false);
  assert.equal(await hasQueuedBelow(db.reads, 'ffffffff-ffff-7fff-8fff-ffffffffffff'), true);
});
