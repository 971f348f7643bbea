import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { addServer, makeTestId, readEvents, readQueue, testWorld } from '../../testing/test-world.ts';
import { endLease, freeAllOthers, freeDeadProcesses, freeLateWork } from '../processes/end-dead-processes.ts';
import { insertProcess } from '../processes/store.ts';
import { chooseUncertainRecipients } from '../streams/choose-uncertain-recipients.ts';
import { createWorkFreer } from './free-work.ts';
import { insertDotMarks, insertQueueRows } from './store.ts';

const world = await testWorld();
const { database: db, recordEvents } = world;
const freeWork = [createWorkFreer(recordEvents)];

beforeEach(async () => {
  await db.accept.query`delete from delivery_queue`;
  await db.accept.query`update processes set ended_at = now()`;
});

const startProcess = () => insertProcess(db.results, 'here', ['delivery']);

/** As a process whose lease ran out. */
async function killProcess(processNumber: number): Promise<void> {
  await db.accept.query`
    update processes set renewed_at = now() - interval '21 seconds' where process_number = ${processNumber}`;
}

async function own(
  serverId: number,
  processNumber: number,
  { attempts = 0, reclaims = 0, streamId = 'outbound' } = {},
): Promise<{ serverId: number; messageId: string; recipientNumber: number; attempt: number }> {
  const key = { serverId, messageId: makeTestId(), recipientNumber: 0 };
  await db.accept.transaction(tx =>
    insertQueueRows(tx, [
      { ...key, lane: 0, streamId, dueAt: new Date(Date.now() - 1000), ownerNumber: processNumber },
    ]),
  );
  await db.accept.query`
    update delivery_queue set attempts = ${attempts}, reclaims = ${reclaims} where message_id = ${key.messageId}`;
  return { ...key, attempt: attempts + 1 };
}

const newServer = async () => (await addServer(db.accept, world.accountId, 'Live')).serverId;
const queueOf = async (serverId: number, messageId: string) => (await readQueue(db.reads, serverId, messageId))[0];

test('rows of a dead process are free at once, those of a living one stay', async () => {
  const serverId = await newServer();
  const [dead, alive] = [await startProcess(), await startProcess()];
  const lost = await own(serverId, dead);
  const kept = await own(serverId, alive);
  await killProcess(dead);
  assert.deepEqual(await freeDeadProcesses(db.results, freeWork, new Date()), [dead]);

  const row = await queueOf(serverId, lost.messageId);
  assert.deepEqual(
    [row?.owner, row?.attempts, row?.reclaims, row?.isUncertain, row?.isHeld],
    [null, 0, 1, false, false],
  );
  assert.ok((row?.dueAt.getTime() ?? Number.POSITIVE_INFINITY) <= Date.now());
  assert.equal((await queueOf(serverId, kept.messageId))?.owner, alive);
  assert.deepEqual(await readEvents(db.reads, serverId), []);
  // Nobody is dead twice.
  assert.deepEqual(await freeDeadProcesses(db.results, freeWork, new Date()), []);
});

test('a marked recipient is uncertain: the attempt counts, an event says so, and it is sent again', async () => {
  const serverId = await newServer();
  const dead = await startProcess();
  const marked = await own(serverId, dead, { attempts: 2 });
  assert.ok(await insertDotMarks(db.results, dead, [marked], new Date()));
  await killProcess(dead);
  await freeDeadProcesses(db.results, freeWork, new Date());
  const row = await queueOf(serverId, marked.messageId);
  assert.deepEqual([row?.owner, row?.attempts, row?.isUncertain, row?.isHeld], [null, 3, true, false]);
  assert.deepEqual(await readEvents(db.reads, serverId), [
    {
      kind: 'recipient_uncertain',
      messageId: marked.messageId,
      recipientNumber: 0,
      recipient: null,
      details: { why: 'process_died_after_dot', isHeld: false },
    },
  ]);
  const marks = await db.reads.query`select 1 from dot_marks where process_number = ${dead}`;
  assert.equal(marks.length, 0);
});

test('a stream that holds keeps the uncertain recipient from going, and no other', async () => {
  const serverId = await newServer();
  await db.accept.transaction(tx => chooseUncertainRecipients(tx, serverId, 'outbound', 'hold', new Date()));
  const dead = await startProcess();
  const marked = await own(serverId, dead);
  const unmarked = await own(serverId, dead);
  const broadcast = await own(serverId, dead, { streamId: 'broadcast' });
  await insertDotMarks(db.results, dead, [marked, broadcast], new Date());
  await killProcess(dead);
  await freeDeadProcesses(db.results, freeWork, new Date());
  const held = await Promise.all([marked, unmarked, broadcast].map(key => queueOf(serverId, key.messageId)));
  assert.deepEqual(
    held.map(row => [row?.isHeld, row?.isUncertain]),
    [
      [true, true],
      [false, false],
      [false, true],
    ],
  );
});

test('a mark of an earlier attempt, of another process, or for a row that went on says nothing', async () => {
  const serverId = await newServer();
  const [dead, other] = [await startProcess(), await startProcess()];
  const earlier = await own(serverId, dead, { attempts: 2 });
  const foreign = await own(serverId, dead);
  const moved = await own(serverId, other);
  await insertDotMarks(db.results, dead, [{ ...earlier, attempt: 2 }, moved], new Date());
  await insertDotMarks(db.results, other, [foreign], new Date());
  await killProcess(dead);
  await freeDeadProcesses(db.results, freeWork, new Date());
  for (const { messageId } of [earlier, foreign, moved]) {
    assert.equal((await queueOf(serverId, messageId))?.isUncertain, false);
  }
  assert.equal((await queueOf(serverId, moved.messageId))?.owner, other);
});

test('a row whose owners keep dying waits longer each time', async () => {
  const serverId = await newServer();
  const dead = await startProcess();
  const second = await own(serverId, dead, { reclaims: 1 });
  const fifth = await own(serverId, dead, { reclaims: 4 });
  const twentieth = await own(serverId, dead, { reclaims: 19 });
  await killProcess(dead);
  await freeDeadProcesses(db.results, freeWork, new Date());
  const waits = await db.reads.query<{ messageId: string; seconds: number; reclaims: number }>`
    select message_id as "messageId", round(extract(epoch from due_at - now()))::int as seconds, reclaims
    from delivery_queue where server_id = ${serverId} order by reclaims`;
  assert.deepEqual(
    waits.map(row => row.messageId),
    [second, fifth, twentieth].map(key => key.messageId),
  );
  assert.ok((waits[0]?.seconds ?? 1) <= 0);
  assert.ok(Math.abs((waits[1]?.seconds ?? 0) - 20) <= 2, `${waits[1]?.seconds} s`);
  assert.ok(Math.abs((waits[2]?.seconds ?? 0) - 300) <= 2, `${waits[2]?.seconds} s`);
});

test('a row that was put off stays put off', async () => {
  const serverId = await newServer();
  const dead = await startProcess();
  const { messageId } = await own(serverId, dead);
  const dueAt = new Date(Date.now() + 3_600_000);
  await db.accept.query`update delivery_queue set due_at = ${dueAt} where message_id = ${messageId}`;
  await killProcess(dead);
  await freeDeadProcesses(db.results, freeWork, new Date());
  assert.equal((await queueOf(serverId, messageId))?.dueAt.getTime(), dueAt.getTime());
});

test('who counts as dead can mark no dot', async () => {
  const serverId = await newServer();
  const dead = await startProcess();
  const key = await own(serverId, dead);
  await killProcess(dead);
  await freeDeadProcesses(db.results, freeWork, new Date());
  assert.equal(await insertDotMarks(db.results, dead, [key], new Date()), false);
});

test('several processes that look for the dead at once free each row once', async () => {
  const serverId = await newServer();
  const dead = await startProcess();
  const keys = await Promise.all(Array.from({ length: 20 }, () => own(serverId, dead)));
  await insertDotMarks(db.results, dead, keys.slice(0, 10), new Date());
  await killProcess(dead);
  const found = await Promise.all(
    [db.results, db.accept, db.reads, db.results].map(pool => freeDeadProcesses(pool, freeWork, new Date())),
  );
  assert.deepEqual(found.flat(), [dead]);
  const rows = await readQueue(db.reads, serverId);
  assert.ok(rows.every(row => row.owner === null && row.reclaims === 1));
  assert.equal((await readEvents(db.reads, serverId)).length, 10);
});

test('when freeing fails nobody is declared dead, and the next look frees', async () => {
  const serverId = await newServer();
  const dead = await startProcess();
  const { messageId } = await own(serverId, dead);
  await killProcess(dead);
  const failing = async () => {
    throw new Error('events cannot be recorded');
  };
  await assert.rejects(freeDeadProcesses(db.results, [...freeWork, failing], new Date()), /cannot be recorded/);
  assert.equal((await queueOf(serverId, messageId))?.owner, dead);
  assert.deepEqual(await freeDeadProcesses(db.results, freeWork, new Date()), [dead]);
  assert.equal((await queueOf(serverId, messageId))?.owner, null);
});

test('what a process wrote under its number after it counted as dead is freed as well', async () => {
  const serverId = await newServer();
  const dead = await startProcess();
  await killProcess(dead);
  await freeDeadProcesses(db.results, freeWork, new Date());
  // It has not noticed yet: a message is accepted, a row is claimed. Then it is killed, or takes a new number.
  const late = await own(serverId, dead);
  assert.deepEqual(await freeDeadProcesses(db.results, freeWork, new Date()), []);
  assert.equal((await queueOf(serverId, late.messageId))?.owner, dead);
  const alive = await own(serverId, await startProcess());
  await Promise.all([db.results, db.accept, db.reads].map(pool => freeLateWork(pool, freeWork, new Date())));
  const row = await queueOf(serverId, late.messageId);
  assert.deepEqual([row?.owner, row?.reclaims], [null, 1]);
  assert.notEqual((await queueOf(serverId, alive.messageId))?.owner, null);
});

test('a clean end frees what is left, and an embedded start frees everybody else’s', async () => {
  const serverId = await newServer();
  const [leaving, killed, mine] = [await startProcess(), await startProcess(), await startProcess()];
  const left = await own(serverId, leaving);
  await endLease(db.results, leaving, freeWork, new Date());
  assert.equal((await queueOf(serverId, left.messageId))?.owner, null);

  const lost = await own(serverId, killed);
  const kept = await own(serverId, mine);
  assert.deepEqual(await freeAllOthers(db.results, mine, freeWork, new Date()), [killed]);
  assert.equal((await queueOf(serverId, lost.messageId))?.owner, null);
  assert.equal((await queueOf(serverId, kept.messageId))?.owner, mine);
});
