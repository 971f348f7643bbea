import assert from 'node:assert/strict';
import test from 'node:test';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import { raw } from '@pennyblack/runtime/database/sql.ts';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import pg from 'pg';
import { testDatabase } from '../../testing/test-database.ts';
import { queueRow } from '../delivery/testing/queued-rows.ts';
import { dropExpiredPartitions, makePartitions, partitionedTables } from './keep-partitions.ts';
import { listPartitionNames } from './store.ts';

const start = new Date('2026-11-21T15:00:00Z');
const daysLater = (days: number) => new Date(start.getTime() + days * 86_400_000);
const firstOf = (table: string) => `${table}_p20261114_20261121`;

async function namesOf(db: Database, table: string): Promise<string[]> {
  return (await listPartitionNames(db.reads, table)).map(({ name }) => name).toSorted();
}

/** A message with its id in the partition of that day, in the tables without constraints between them. */
async function insertMessage(db: Database, day: Date): Promise<void> {
  await db.results.query`
    insert into messages (server_id, message_id, stream_id, received_at, from_display, from_key, subject, track_opens,
                          track_links, is_sandboxed)
    values (1, ${firstUuidV7Of(day)}, 'outbound', ${day}, '', '', '', false, 'None', false)`;
}

async function withPartitions() {
  const { database: db, connectionString } = await testDatabase();
  await makePartitions(db.results, 7, start);
  return { db, connectionString };
}

test('partitions of every table exist weeks ahead, with the indexes of their table', async () => {
  const { db } = await withPartitions();
  for (const table of partitionedTables) {
    assert.deepEqual(await namesOf(db, table), [
      firstOf(table),
      `${table}_p20261121_20261128`,
      `${table}_p20261128_20261205`,
      `${table}_p20261205_20261212`,
      `${table}_p20261212_20261219`,
    ]);
  }
  for (const day of [-7, 0, 27]) await insertMessage(db, daysLater(day));
  await assert.rejects(insertMessage(db, daysLater(28)), { code: '23514' });
  const invalid = await db.reads.query`
    select 1 from pg_index join pg_class on pg_class.oid = indexrelid
    where not indisvalid and relnamespace = 'pennyblack'::regnamespace`;
  assert.deepEqual(invalid, []);
});

test('a second run makes nothing, a run a week later makes the next week, and racing runs agree', async () => {
  const { db } = await withPartitions();
  const before = await namesOf(db, 'messages');
  await Promise.all([makePartitions(db.results, 7, start), makePartitions(db.accept, 7, start)]);
  assert.deepEqual(await namesOf(db, 'messages'), before);
  const nextWeek = daysLater(7);
  await Promise.all([db.results, db.accept, db.reads].map(pool => makePartitions(pool, 7, nextWeek)));
  assert.deepEqual(await namesOf(db, 'messages'), [...before, 'messages_p20261219_20261226']);
});

test('processes that start for the first time at the same moment make each partition once', async () => {
  const { database: db } = await testDatabase();
  await Promise.all([db.results, db.accept, db.reads].map(pool => makePartitions(pool, 7, start)));
  for (const table of partitionedTables) assert.equal((await namesOf(db, table)).length, 5);
});

test('what is older than the retention time is dropped, of all tables, and the rest stays', async () => {
  const { db } = await withPartitions();
  await insertMessage(db, daysLater(-7));
  await insertMessage(db, daysLater(1));
  assert.deepEqual(await dropExpiredPartitions(db.results, 45, daysLater(44)), []);
  const dropped = await dropExpiredPartitions(db.results, 45, daysLater(45));
  assert.deepEqual(dropped.toSorted(), partitionedTables.map(firstOf).toSorted());
  const gone = await db.reads.query`select 1 from pg_class where relname = any (${dropped}::text[])`;
  assert.deepEqual(gone, []);
  const left = await db.reads.query`select message_id as id from messages`;
  assert.deepEqual(left, [{ id: firstUuidV7Of(daysLater(1)) }]);
});

test('a partition stays as long as anything queued points into it, and goes when nothing does', async () => {
  const { db } = await withPartitions();
  const { messageId } = await queueRow(db.results, 1, { messageId: firstUuidV7Of(daysLater(-5)) });
  assert.deepEqual(await dropExpiredPartitions(db.results, 45, daysLater(45)), []);
  await db.results.query`delete from delivery_queue where message_id = ${messageId}`;
  await queueRow(db.results, 1, { messageId: firstUuidV7Of(daysLater(2)) });
  assert.equal((await dropExpiredPartitions(db.results, 45, daysLater(45))).length, partitionedTables.length);
});

test('a detach that was interrupted is ended by the next run', async () => {
  const { db, connectionString } = await withPartitions();
  const reader = new pg.Client({ connectionString });
  const detacher = new pg.Client({ connectionString });
  await Promise.all([reader.connect(), detacher.connect()]);
  try {
    // The detach waits for the reader's transaction after it has marked the partition, and is interrupted there.
    await reader.query('begin');
    await reader.query('select 1 from pennyblack.messages');
    const detaching = detacher.query(
      `alter table pennyblack.messages detach partition pennyblack.${firstOf('messages')} concurrently`,
    );
    const interrupted = assert.rejects(detaching, { code: '57014' });
    const isPending = async () => (await listPartitionNames(db.reads, 'messages')).some(one => one.isDetachPending);
    for (const giveUpAt = Date.now() + 30_000; !(await isPending()); ) {
      assert.ok(Date.now() < giveUpAt, 'the detach never began');
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    // @ts-expect-error -- the types leave the number of the server process out
    await db.reads.query`select pg_cancel_backend(${detacher.processID}::int)`;
    await interrupted;
    await reader.query('commit');
    assert.equal(await isPending(), true);
    const dropped = await dropExpiredPartitions(db.results, 45, daysLater(45));
    assert.ok(dropped.includes(firstOf('messages')));
    assert.equal((await namesOf(db, 'messages')).length, 4);
  } finally {
    await Promise.all([reader.end(), detacher.end()]);
  }
});

test('what was detached and not dropped is dropped by the next run, when it is old enough', async () => {
  const { db } = await withPartitions();
  for (const name of [firstOf('messages'), 'messages_p20261121_20261128']) {
    await db.results.query`${raw(`alter table messages detach partition ${name}`)}`;
  }
  const dropped = await dropExpiredPartitions(db.results, 45, daysLater(45));
  assert.ok(dropped.includes(firstOf('messages')));
  const left = await db.reads.query<{ name: string }>`
    select relname as name from pg_class where relname in (${firstOf('messages')}, 'messages_p20261121_20261128')`;
  assert.deepEqual(left, [{ name: 'messages_p20261121_20261128' }]);
});

test('a table that is no partition of ours is left alone', async () => {
  const { db } = await withPartitions();
  const [lower, upper] = [firstUuidV7Of(daysLater(-400)), firstUuidV7Of(daysLater(-390))];
  await db.results
    .query`${raw(`create table messages_of_the_operator partition of messages for values from ('${lower}') to ('${upper}')`)}`;
  assert.deepEqual(await dropExpiredPartitions(db.results, 45, start), []);
  assert.ok((await namesOf(db, 'messages')).includes('messages_of_the_operator'));
});
