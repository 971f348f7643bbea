// Every SQL statement that makes and drops partitions, and those that remove what deleted servers and purged streams leave.
// Names of tables and columns are our own (partition-rules.ts, owned-tables.ts), never from outside.

import type { Pool, Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { empty, raw, type Sql, sql } from '@pennyblack/runtime/database/sql.ts';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import type { Partition } from './partition-rules.ts';

export async function listPartitionNames(
  db: Queryable,
  table: string,
): Promise<{ name: string; isDetachPending: boolean }[]> {
  return db.query<{ name: string; isDetachPending: boolean }>`
    select child.relname as name, inhdetachpending as "isDetachPending"
    from pg_inherits
    join pg_class child on child.oid = inhrelid
    join pg_class parent on parent.oid = inhparent
    join pg_namespace space on space.oid = parent.relnamespace
    where parent.relname = ${table} and space.nspname = 'pennyblack'`;
}

/** Tables that are named like partitions of `table` and are none any more: detached, and not dropped. */
export async function listDetachedNames(db: Queryable, table: string): Promise<string[]> {
  const rows = await db.query<{ name: string }>`
    select relname as name
    from pg_class
    join pg_namespace space on space.oid = relnamespace
    where space.nspname = 'pennyblack' and relkind = 'r' and not relispartition and starts_with(relname, ${`${table}_p`})`;
  return rows.map(row => row.name);
}

/** Two processes may start at once; the lock lets the second one see what the first has made. */
export async function lockPartitions(db: Queryable): Promise<void> {
  await db.query`select pg_advisory_xact_lock(hashtext('pennyblack partitions'))`;
}

/** LIKE and ATTACH hold a weaker lock on the parent than CREATE … PARTITION OF: inserts go on meanwhile. */
export async function createPartition(db: Queryable, table: string, partition: Partition): Promise<void> {
  const lower = firstUuidV7Of(partition.from);
  const upper = firstUuidV7Of(partition.to);
  await db.query`${raw(`create table if not exists ${partition.name} (like ${table} including all)`)}`;
  await db.query`${raw(`alter table ${table} attach partition ${partition.name} for values from ('${lower}') to ('${upper}')`)}`;
}

/** A lock that is not to be had soon is asked for again at the next run, rather than holding up those behind it. */
const lockTimeoutInSeconds = 5;

/** Outside a transaction, and without stopping readers and writers. A detach that was interrupted is ended first. */
export async function dropPartition(db: Pool, table: string, name: string, isDetachPending: boolean): Promise<void> {
  const how = isDetachPending ? 'finalize' : 'concurrently';
  await db.session(async session => {
    await session.query`select set_config('lock_timeout', ${`${lockTimeoutInSeconds}s`}, false)`;
    await session.query`${raw(`alter table ${table} detach partition ${name} ${how}`)}`;
    await session.query`${raw(`drop table ${name}`)}`;
  });
}

/** What a run that was interrupted between detaching and dropping has left. */
export async function dropDetached(db: Pool, name: string): Promise<void> {
  await db.session(async session => {
    await session.query`select set_config('lock_timeout', ${`${lockTimeoutInSeconds}s`}, false)`;
    await session.query`${raw(`drop table ${name}`)}`;
  });
}

/** Deletes at most `limit` rows of a server from a table without partitions. Answers how many. */
export async function deleteOwnedRows(
  db: Queryable,
  table: string,
  serverId: number,
  condition: Sql | undefined,
  limit: number,
): Promise<number> {
  const belongs = condition === undefined ? empty : sql`and ${condition}`;
  const rows = await db.query`
    delete from ${raw(table)}
    where server_id = ${serverId} and ctid = any(array(
      select ctid from ${raw(table)} where server_id = ${serverId} ${belongs} limit ${limit}))
    returning 1`;
  return rows.length;
}

type IdRange = { idColumn: string; after: string; before: string };

function ownedInRange(serverId: number, range: IdRange, condition: Sql | undefined): Sql {
  const id = raw(range.idColumn);
  const belongs = condition === undefined ? empty : sql`and ${condition}`;
  return sql`server_id = ${serverId} and ${id} > ${range.after} and ${id} < ${range.before} ${belongs}`;
}

/** A value of a column that some row of a server in a partitioned table has; undefined when there is no row. */
export async function findOwnedValue(
  db: Queryable,
  table: string,
  column: string,
  serverId: number,
  range: IdRange,
  condition: Sql | undefined,
): Promise<unknown> {
  const rows = await db.query<{ value: unknown }>`
    select ${raw(column)} as value from ${raw(table)} where ${ownedInRange(serverId, range, condition)} limit 1`;
  return rows[0]?.value;
}

/** Ids of rows of a server in a partitioned table, after one id and before another, ascending. */
export async function listOwnedIds(
  db: Queryable,
  table: string,
  serverId: number,
  range: IdRange,
  condition: Sql | undefined,
  limit: number,
): Promise<string[]> {
  const rows = await db.query<{ id: string }>`
    select ${raw(range.idColumn)} as id
    from ${raw(table)}
    where ${ownedInRange(serverId, range, condition)}
    order by ${raw(range.idColumn)}
    limit ${limit}`;
  return rows.map(row => row.id);
}

/** `ids` are ascending and not empty. */
export async function deleteRowsById(
  tx: Tx,
  table: string,
  idColumn: string,
  serverId: number,
  ids: readonly string[],
  condition: Sql | undefined,
): Promise<void> {
  const id = raw(idColumn);
  const belongs = condition === undefined ? empty : sql`and ${condition}`;
  await tx.query`
    delete from ${raw(table)}
    where server_id = ${serverId} and ${id} = any (${ids}::uuid[]) and ${id} >= ${ids[0]} and ${id} <= ${ids.at(-1)}
      ${belongs}`;
}
