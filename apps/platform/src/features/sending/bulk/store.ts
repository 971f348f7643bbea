// Every SQL statement on bulk_requests, bulk_entries and bulk_switched_off.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { joinBytes } from '@pennyblack/runtime/database/joined-bytes.ts';
import { empty, type Sql, sql } from '@pennyblack/runtime/database/sql.ts';
import type { ClaimedEntry, EndedEntry, OpenRequest } from './bulk-request.ts';

export type NewBulkRequest = {
  serverId: number;
  bulkId: string;
  streamId: string;
  entriesTotal: number;
  releaseAt: Date;
  subject: string | null;
  definition: Buffer;
  definitionBytes: number;
};

export async function insertRequest(tx: Tx, request: NewBulkRequest): Promise<void> {
  await tx.query`
    insert into bulk_requests (server_id, bulk_id, stream_id, entries_total, release_at, subject, definition, definition_bytes)
    values (${request.serverId}, ${request.bulkId}, ${request.streamId}, ${request.entriesTotal}, ${request.releaseAt},
            ${request.subject}, ${request.definition}, ${request.definitionBytes})`;
}

/**
 * Inserts an empty request, unless there is one. Waits for a transaction under way that inserts the same id, which no
 * SELECT does. For a transaction that is rolled back.
 */
export async function insertEmptyRequest(tx: Tx, serverId: number, bulkId: string): Promise<boolean> {
  const rows = await tx.query`
    insert into bulk_requests (server_id, bulk_id, stream_id, entries_total, release_at, definition_bytes)
    values (${serverId}, ${bulkId}, '', 0, now(), 0)
    on conflict do nothing
    returning 1`;
  return rows.length > 0;
}

export type NewEntry = { entryNumber: number; addressKeys: string; content: Buffer };

const insertEntriesText = `
  insert into bulk_entries (server_id, bulk_id, entry_number, address_keys, content)
  select $1, $2, row.entry_number, row.address_keys, substring($5::bytea from row.starts_at for row.length)
  from unnest($3::int[], $4::text[], $6::int[], $7::int[]) as row (entry_number, address_keys, starts_at, length)`;

/** The contents travel as one value (joinBytes). */
export async function insertEntries(
  tx: Tx,
  serverId: number,
  bulkId: string,
  entries: readonly NewEntry[],
): Promise<void> {
  const contents = joinBytes(entries.map(entry => entry.content));
  await tx.prepared('insert_bulk_entries', insertEntriesText, [
    serverId,
    bulkId,
    entries.map(entry => entry.entryNumber),
    entries.map(entry => entry.addressKeys),
    contents.bytes,
    contents.startsAt,
    contents.lengths,
  ]);
}

const openRequestsText = `
  select server_id as "serverId", bulk_id as "bulkId", stream_id as "streamId", definition_bytes as "definitionBytes",
         cancelled_at is not null as "isCancelled"
  from (
    select *, row_number() over (partition by server_id order by cancelled_at nulls last, release_at, bulk_id) as place
    from bulk_requests
    where ended_at is null and (release_at <= $1 or cancelled_at is not null)
  ) as open
  where place <= $2
  order by server_id, place`;

/** What is due of each server, the oldest first; also what was cancelled and has not ended. */
export async function listOpenRequests(db: Queryable, now: Date, perServer: number): Promise<OpenRequest[]> {
  return db.prepared<OpenRequest>('list_open_bulk_requests', openRequestsText, [now, perServer]);
}

export async function readDefinition(db: Queryable, serverId: number, bulkId: string): Promise<Buffer | undefined> {
  const rows = await db.query<{ definition: Buffer | null }>`
    select definition from bulk_requests where server_id = ${serverId} and bulk_id = ${bulkId}`;
  return rows[0]?.definition ?? undefined;
}

const holdOpenText = `
  select 1 from bulk_requests
  where server_id = $1 and bulk_id = $2 and cancelled_at is null and ended_at is null
  for key share`;

/**
 * False when nothing more may be taken out of the request. Until the transaction ends, lockRequest waits: whoever cancels
 * writes first, so that no new batch begins, then waits for those under way.
 */
export async function holdOpen(tx: Tx, serverId: number, bulkId: string): Promise<boolean> {
  const rows = await tx.prepared('hold_bulk_request', holdOpenText, [serverId, bulkId]);
  return rows.length > 0;
}

/** Waits for all batches under way. */
export async function lockRequest(tx: Tx, serverId: number, bulkId: string): Promise<void> {
  await tx.query`select 1 from bulk_requests where server_id = ${serverId} and bulk_id = ${bulkId} for update`;
}

const claimEntriesText = `
  select entry_number as "entryNumber", content
  from bulk_entries
  where server_id = $1 and bulk_id = $2 and entry_number > $3 and outcome is null
  order by entry_number
  limit $4
  for update skip locked`;

/** Entries behind one, in their order, that nobody else has in hand. They are ended in the same transaction, or stay. */
export async function claimEntries(
  tx: Tx,
  { serverId, bulkId }: { serverId: number; bulkId: string },
  afterEntry: number,
  limit: number,
): Promise<ClaimedEntry[]> {
  return tx.prepared<ClaimedEntry>('claim_bulk_entries', claimEntriesText, [serverId, bulkId, afterEntry, limit]);
}

const endEntriesText = `
  update bulk_entries e
  set outcome = ended.outcome, message_id = ended.message_id, content = null, address_keys = null
  from unnest($3::int[], $4::text[], $5::uuid[]) as ended (entry_number, outcome, message_id)
  where e.server_id = $1 and e.bulk_id = $2 and e.entry_number = ended.entry_number
    and e.entry_number between $6 and $7`;

export async function endEntries(
  tx: Tx,
  { serverId, bulkId }: { serverId: number; bulkId: string },
  ended: readonly EndedEntry[],
): Promise<void> {
  const numbers = ended.map(entry => entry.entryNumber);
  await tx.prepared('end_bulk_entries', endEntriesText, [
    serverId,
    bulkId,
    numbers,
    ended.map(entry => entry.outcome),
    ended.map(entry => entry.messageId),
    numbers[0],
    numbers.at(-1),
  ]);
}

/**
 * Ends the request with its counts, unless an entry waits or is in somebody's hands. A cancelled one ends
 * whatever waits; it is locked before, so that nothing is in anybody's hands. True when it has ended by this.
 */
export async function endRequest(
  tx: Tx,
  serverId: number,
  bulkId: string,
  now: Date,
  unless: 'anything_waits' | 'not_cancelled' = 'anything_waits',
): Promise<boolean> {
  const mayEnd = unless === 'anything_waits' ? sql`counted.waiting = 0` : sql`r.cancelled_at is not null`;
  const rows = await tx.query`
    update bulk_requests r
    set ended_at = ${now}, definition = null, released_count = counted.released, failed_count = counted.failed
    from ${countEntries(serverId, bulkId)} as counted
    where r.server_id = ${serverId} and r.bulk_id = ${bulkId} and r.ended_at is null
      and ${mayEnd}
    returning 1`;
  return rows.length > 0;
}

function countEntries(serverId: Sql | number, bulkId: Sql | string): Sql {
  return sql`(
    select count(*) filter (where outcome = 'released')::int as released,
           count(*) filter (where outcome = 'failed')::int as failed,
           count(*) filter (where outcome is null)::int as waiting
    from bulk_entries e where e.server_id = ${serverId} and e.bulk_id = ${bulkId})`;
}

export async function markCancelled(tx: Tx, serverId: number, bulkId: string, now: Date): Promise<boolean> {
  const rows = await tx.query`
    update bulk_requests set cancelled_at = ${now}
    where server_id = ${serverId} and bulk_id = ${bulkId} and cancelled_at is null and ended_at is null
    returning 1`;
  return rows.length > 0;
}

export type RequestRow = {
  bulkId: string;
  subject: string | null;
  entriesTotal: number;
  isCancelled: boolean;
  isEnded: boolean;
  releasedCount: number;
  failedCount: number;
};

/** Newest first. The counts of what has not ended are those of its entries at this moment. */
export async function readRequests(
  db: Queryable,
  serverId: number,
  which: { bulkId: string } | { before: string | undefined; limit: number },
): Promise<RequestRow[]> {
  const isOne = 'bulkId' in which;
  const condition = isOne
    ? sql`and r.bulk_id = ${which.bulkId}`
    : which.before === undefined
      ? empty
      : sql`and r.bulk_id < ${which.before}`;
  return db.query<RequestRow>`
    select r.bulk_id as "bulkId", r.subject, r.entries_total as "entriesTotal", r.cancelled_at is not null as "isCancelled",
           r.ended_at is not null as "isEnded", coalesce(r.released_count, counted.released) as "releasedCount",
           coalesce(r.failed_count, counted.failed) as "failedCount"
    from bulk_requests r
    left join lateral ${countEntries(sql`r.server_id`, sql`r.bulk_id`)} as counted on r.ended_at is null
    where r.server_id = ${serverId} ${condition}
    order by r.bulk_id desc
    limit ${isOne ? 1 : which.limit}`;
}

/** Fails entries behind one, at most `limit`, that nobody has in hand. Answers how many. */
export async function failWaitingEntries(
  tx: Tx,
  { serverId, bulkId }: { serverId: number; bulkId: string },
  afterEntry: number,
  limit: number,
): Promise<number> {
  const claimed = await claimEntries(tx, { serverId, bulkId }, afterEntry, limit);
  if (claimed.length > 0) {
    const failed = claimed.map(({ entryNumber }) => ({ entryNumber, outcome: 'failed' as const, messageId: null }));
    await endEntries(tx, { serverId, bulkId }, failed);
  }
  return claimed.length;
}

/** Fails this entry, unless it has ended or somebody else has it in hand. Answers whether it did. */
export async function failEntry(
  tx: Tx,
  request: { serverId: number; bulkId: string },
  entryNumber: number,
): Promise<boolean> {
  const [claimed] = await claimEntries(tx, request, entryNumber - 1, 1);
  if (claimed?.entryNumber !== entryNumber) return false;
  await endEntries(tx, request, [{ entryNumber, outcome: 'failed', messageId: null }]);
  return true;
}

/** Ended requests whose entries are still there. */
export async function listEndedWithEntries(
  db: Queryable,
  endedBefore: Date,
): Promise<{ serverId: number; bulkId: string }[]> {
  return db.query<{ serverId: number; bulkId: string }>`
    select server_id as "serverId", bulk_id as "bulkId" from bulk_requests
    where ended_at < ${endedBefore} and has_entries
    order by ended_at
    limit 1000`;
}

/** By their numbers, a range at a time. */
export async function deleteEntries(db: Queryable, serverId: number, bulkId: string, limit: number): Promise<number> {
  const rows = await db.query`
    delete from bulk_entries
    where server_id = ${serverId} and bulk_id = ${bulkId} and entry_number <= (
      select max(entry_number) from (
        select entry_number from bulk_entries where server_id = ${serverId} and bulk_id = ${bulkId}
        order by entry_number limit ${limit}) as first)
    returning 1`;
  return rows.length;
}

export async function markWithoutEntries(db: Queryable, serverId: number, bulkId: string): Promise<void> {
  await db.query`update bulk_requests set has_entries = false where server_id = ${serverId} and bulk_id = ${bulkId}`;
}

export async function deleteEndedRequests(db: Queryable, endedBefore: Date): Promise<void> {
  await db.query`delete from bulk_requests where ended_at < ${endedBefore} and not has_entries`;
}

/** Entries that are still there, whatever has become of their request, with one of whose recipients this is. */
export async function lockEntriesOf(
  tx: Tx,
  serverIds: readonly number[],
  addressKey: string,
  beforeBulkId: string,
  limit: number,
): Promise<(ClaimedEntry & { serverId: number; bulkId: string })[]> {
  return tx.query<ClaimedEntry & { serverId: number; bulkId: string }>`
    select server_id as "serverId", bulk_id as "bulkId", entry_number as "entryNumber", content
    from bulk_entries
    where server_id = any (${serverIds}::bigint[]) and bulk_id < ${beforeBulkId} and outcome is null
      and ${addressKey} = any (string_to_array(address_keys, E'\\n'))
    order by server_id, bulk_id, entry_number
    limit ${limit}
    for update`;
}

export async function rewriteEntry(
  tx: Tx,
  { serverId, bulkId }: { serverId: number; bulkId: string },
  entry: NewEntry,
): Promise<void> {
  await tx.query`
    update bulk_entries set content = ${entry.content}, address_keys = ${entry.addressKeys}
    where server_id = ${serverId} and bulk_id = ${bulkId} and entry_number = ${entry.entryNumber}`;
}

/** Over all servers: entries of open requests that wait. */
export async function countWaitingEntries(db: Queryable): Promise<number> {
  const rows = await db.query<{ count: number }>`
    select coalesce(sum(counted.waiting), 0)::int as count
    from bulk_requests r, lateral ${countEntries(sql`r.server_id`, sql`r.bulk_id`)} as counted
    where r.ended_at is null and r.cancelled_at is null`;
  return rows[0]?.count ?? 0;
}

export async function isSwitchedOff(db: Queryable, serverId: number): Promise<boolean> {
  const rows = await db.query`select 1 from bulk_switched_off where server_id = ${serverId}`;
  return rows.length > 0;
}

export async function insertSwitchedOff(db: Queryable, serverId: number, now: Date): Promise<void> {
  await db.query`
    insert into bulk_switched_off (server_id, switched_off_at) values (${serverId}, ${now}) on conflict do nothing`;
}

export async function deleteSwitchedOff(db: Queryable, serverId: number): Promise<void> {
  await db.query`delete from bulk_switched_off where server_id = ${serverId}`;
}
