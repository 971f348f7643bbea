import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { countLive, endLease, forgetEndedProcesses, freeAllOthers, freeDeadProcesses } from './end-dead-processes.ts';
import { leaseDeadAfterSeconds } from './process.ts';
import { insertProcess } from './store.ts';

const { database: db } = await testDatabase();
const now = () => new Date();

// Whoever lives in one test may be found dead in a later one, when the machine is busy.
beforeEach(async () => {
  await db.accept.query`update processes set ended_at = now() where ended_at is null`;
});

/** A process whose lease was renewed so many seconds ago. */
async function processRenewed(secondsAgo: number, role = 'delivery'): Promise<number> {
  const number = await insertProcess(db.results, 'test', [role]);
  await db.results.query`
    update processes set renewed_at = now() - make_interval(secs => ${secondsAgo}) where process_number = ${number}`;
  return number;
}

async function isEnded(number: number): Promise<boolean> {
  const rows = await db.reads.query`select 1 from processes where process_number = ${number} and ended_at is not null`;
  return rows.length > 0;
}

/** Remembers for whom work was freed. */
function remember() {
  const freed: number[][] = [];
  return { freed, free: async (_tx: Tx, numbers: readonly number[]) => void freed.push([...numbers]) };
}

test('a process that has not renewed its lease for twenty seconds is dead, once; the others live', async () => {
  const dead = await processRenewed(leaseDeadAfterSeconds + 2);
  const alive = await processRenewed(leaseDeadAfterSeconds - 15);
  const { freed, free } = remember();
  assert.deepEqual(await freeDeadProcesses(db.results, [free], now()), [dead]);
  assert.deepEqual(await freeDeadProcesses(db.results, [free], now()), []);
  assert.deepEqual(freed, [[dead]]);
  assert.equal(await isEnded(alive), false);
});

test('two that look at the same moment free a dead process’s work once', async () => {
  const dead = await processRenewed(60);
  const { freed, free } = remember();
  const found = await Promise.all([
    freeDeadProcesses(db.results, [free], now()),
    freeDeadProcesses(db.accept, [free], now()),
  ]);
  assert.deepEqual(found.flat(), [dead]);
  assert.deepEqual(freed, [[dead]]);
});

test('a process stays undead when its work could not be freed, so that the next look frees it', async () => {
  const dead = await processRenewed(60);
  const failing = async () => {
    throw new Error('not now');
  };
  await assert.rejects(freeDeadProcesses(db.results, [failing], now()), /not now/);
  assert.equal(await isEnded(dead), false);
  assert.deepEqual(await freeDeadProcesses(db.results, [], now()), [dead]);
});

test('on the embedded database every other entry is a process that was killed, however fresh', async () => {
  const killed = await processRenewed(0);
  const own = await processRenewed(0);
  const { freed, free } = remember();
  const found = await freeAllOthers(db.results, own, [free], now());
  assert.ok(found.includes(killed) && !found.includes(own));
  assert.deepEqual(freed, [found]);
  assert.equal(await isEnded(own), false);
});

test('a clean end frees the process’s own work at once', async () => {
  const own = await processRenewed(0);
  const { freed, free } = remember();
  await endLease(db.results, own, [free], now());
  assert.deepEqual(freed, [[own]]);
  assert.equal(await isEnded(own), true);
});

test('live processes are counted by role, and never as fewer than this one', async () => {
  assert.equal(await countLive(db.reads, 'inbound'), 1);
  await processRenewed(0, 'inbound');
  await processRenewed(5, 'inbound');
  await processRenewed(60, 'inbound');
  assert.equal(await countLive(db.reads, 'inbound'), 2);
});

test('an entry is forgotten a week after its end', async () => {
  const [old, recent] = [await processRenewed(0), await processRenewed(0)];
  for (const [number, days] of [
    [old, 8],
    [recent, 6],
  ] as const) {
    await db.results.query`
      update processes set ended_at = now() - make_interval(days => ${days}) where process_number = ${number}`;
  }
  await forgetEndedProcesses(db.results, now());
  const left = await db.reads.query<{ number: number }>`
    select process_number as number from processes where process_number = any (${[old, recent]}::bigint[])`;
  assert.deepEqual(left, [{ number: recent }]);
});
