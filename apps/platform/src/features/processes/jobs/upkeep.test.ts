import assert from 'node:assert/strict';
import test from 'node:test';
import { testDatabase } from '../../../testing/test-database.ts';
import { runDueUpkeep, type UpkeepJob } from './upkeep.ts';

const { database: db } = await testDatabase();

function job(name: string, run: UpkeepJob['run'] = async () => {}, everySeconds = 3600): UpkeepJob {
  return { name, everySeconds, run };
}

async function errorOf(name: string): Promise<string | null | undefined> {
  const rows = await db.reads.query<{ error: string | null }>`
    select last_error as error from upkeep_jobs where name = ${name}`;
  return rows[0]?.error;
}

const ignore = () => {};

test('of two processes that come at the same moment one runs the job', async () => {
  const ranBy: number[] = [];
  const run = (number: number) =>
    runDueUpkeep(db, [job('shared', async () => void ranBy.push(number))], number, new Date(), ignore);
  await Promise.all([run(1), run(2)]);
  assert.equal(ranBy.length, 1);
  const [row] = await db.reads.query<{ owner: number }>`
    select owner_process as owner from upkeep_jobs where name = 'shared'`;
  assert.equal(row?.owner, ranBy[0]);
});

test('a job runs again when its time has come, and not before', async () => {
  let runs = 0;
  const counted = [
    job('hourly', async () => {
      runs += 1;
    }),
  ];
  await runDueUpkeep(db, counted, 1, new Date(), ignore);
  await runDueUpkeep(db, counted, 1, new Date(), ignore);
  assert.equal(runs, 1);
  await db.results.query`update upkeep_jobs set next_at = next_at - interval '1 hour' where name = 'hourly'`;
  await runDueUpkeep(db, counted, 2, new Date(), ignore);
  assert.equal(runs, 2);
});

test('a failing job is recorded and told, does not stop the next one, and its error goes when it succeeds', async () => {
  let isBroken = true;
  const ran: string[] = [];
  const told: string[] = [];
  const jobs = [
    job('broken', async () => {
      if (isBroken) throw new Error('disk full');
    }),
    job('after', async () => void ran.push('after')),
  ];
  await runDueUpkeep(db, jobs, 1, new Date(), (name, error) => told.push(`${name}: ${(error as Error).message}`));
  assert.deepEqual(told, ['broken: disk full']);
  assert.deepEqual(ran, ['after']);
  assert.match((await errorOf('broken')) ?? '', /disk full/);

  isBroken = false;
  await db.results.query`update upkeep_jobs set next_at = now() where name = 'broken'`;
  await runDueUpkeep(db, jobs, 1, new Date(), ignore);
  assert.equal(await errorOf('broken'), null);
});

test('a job is told the time of the run', async () => {
  const now = new Date('2026-11-21T12:00:00Z');
  const told: Date[] = [];
  await runDueUpkeep(db, [job('timed', async time => void told.push(time))], 1, now, ignore);
  assert.deepEqual(told, [now]);
});
