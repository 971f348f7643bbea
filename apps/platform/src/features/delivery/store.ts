// Every SQL statement on delivery_queue and dot_marks.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { type Sql, sql } from '@pennyblack/runtime/database/sql.ts';
import { lockLiveProcessText } from '../processes/live-process.ts';
import type { Lane } from './delivery-item.ts';

export type QueueKey = { serverId: number; messageId: string; recipientNumber: number };

export type NewQueueRow = QueueKey & { lane: Lane; streamId: string; dueAt: Date; ownerNumber: number | null };

const insertQueueText = `
  insert into delivery_queue (server_id, message_id, recipient_number, lane, stream_id, due_at, owner_process)
  select * from unnest($1::bigint[], $2::uuid[], $3::smallint[], $4::smallint[], $5::text[], $6::timestamptz[], $7::bigint[])`;

export async function insertQueueRows(tx: Tx, rows: readonly NewQueueRow[]): Promise<void> {
  await tx.prepared('insert_queue_rows', insertQueueText, [
    rows.map(row => row.serverId),
    rows.map(row => row.messageId),
    rows.map(row => row.recipientNumber),
    rows.map(row => row.lane),
    rows.map(row => row.streamId),
    rows.map(row => row.dueAt),
    rows.map(row => row.ownerNumber),
  ]);
}

export type ClaimedRow = QueueKey & {
  streamId: string;
  /** Which claim of the row this is; see `claims` in the migration. */
  claimNumber: number;
  attempts: number;
  dueAt: Date;
  isUncertain: boolean;
};

const claimText = `
  with recursive servers as (
    (select server_id from delivery_queue
     where lane = $1 and owner_process is null and not is_held and server_id > $7 order by server_id limit 1)
    union all
    select (select next.server_id from delivery_queue next
            where next.lane = $1 and next.owner_process is null and not next.is_held
              and next.server_id > servers.server_id
            order by next.server_id limit 1)
    from servers where servers.server_id is not null
  ), due as materialized (
    select row.server_id, row.message_id, row.recipient_number
    from servers cross join lateral (
      select q.server_id, q.message_id, q.recipient_number
      from delivery_queue q
      where q.lane = $1 and q.server_id = servers.server_id and q.owner_process is null and not q.is_held
        and q.due_at >= $2 and q.due_at <= $3
      order by q.due_at
      limit $4
      for update skip locked
    ) as row
    limit $5
  )
  update delivery_queue q
  set owner_process = $6, claims = q.claims + 1
  from due
  where q.server_id = due.server_id and q.message_id = due.message_id and q.recipient_number = due.recipient_number
  returning q.server_id as "serverId", q.message_id as "messageId", q.recipient_number as "recipientNumber",
            q.stream_id as "streamId", q.claims as "claimNumber", q.attempts, q.due_at as "dueAt", q.is_uncertain as "isUncertain"`;

export type Claim = {
  lane: Lane;
  /** Skips what dead rows the index still holds below it. */
  notBefore: Date;
  dueUntil: Date;
  /** Only servers with a higher number are looked at. */
  afterServerId: number;
  perServer: number;
  total: number;
  processNumber: number;
};

/**
 * Takes due rows for one process, from server to server in the order of their numbers: at most `perServer` of each and
 * `total` in all, so that one server's flood does not keep the others waiting.
 */
export async function claimRows(tx: Tx, claim: Claim): Promise<ClaimedRow[]> {
  return tx.prepared<ClaimedRow>('claim_rows', claimText, [
    claim.lane,
    claim.notBefore,
    claim.dueUntil,
    claim.perServer,
    claim.total,
    claim.processNumber,
    claim.afterServerId,
  ]);
}

/** Who owns these rows now. Waits for transactions under way on them, so that a COMMIT nobody answered has ended one way or the other. */
export async function readOwners(
  tx: Tx,
  rows: readonly QueueKey[],
): Promise<(QueueKey & { ownerNumber: number | null })[]> {
  return tx.query<QueueKey & { ownerNumber: number | null }>`
    select q.server_id as "serverId", q.message_id as "messageId", q.recipient_number as "recipientNumber",
           q.owner_process as "ownerNumber"
    from delivery_queue q
    join unnest(${rows.map(row => row.serverId)}::bigint[], ${rows.map(row => row.messageId)}::uuid[],
                ${rows.map(row => row.recipientNumber)}::smallint[])
      as wanted (server_id, message_id, recipient_number) using (server_id, message_id, recipient_number)
    for update of q`;
}

export type FinishedRow = QueueKey & {
  ownerNumber: number;
  claimNumber: number;
  /** A 250 is a fact and ends the row whoever owns it now. */
  needsOwner: boolean;
};

const deleteFinishedText = `
  delete from delivery_queue q
  using unnest($1::bigint[], $2::uuid[], $3::smallint[], $4::bigint[], $5::boolean[], $6::int[])
    as done (server_id, message_id, recipient_number, owner_process, needs_owner, claim_number)
  where q.server_id = done.server_id and q.message_id = done.message_id and q.recipient_number = done.recipient_number
    and ((q.owner_process = done.owner_process and q.claims = done.claim_number) or not done.needs_owner)
  returning q.message_id as "messageId", q.recipient_number as "recipientNumber"`;

/** Answers the rows that were still there: only they may get a final event. */
export async function deleteFinishedRows(
  tx: Tx,
  rows: readonly FinishedRow[],
): Promise<{ messageId: string; recipientNumber: number }[]> {
  return tx.prepared('delete_finished_rows', deleteFinishedText, [
    rows.map(row => row.serverId),
    rows.map(row => row.messageId),
    rows.map(row => row.recipientNumber),
    rows.map(row => row.ownerNumber),
    rows.map(row => row.needsOwner),
    rows.map(row => row.claimNumber),
  ]);
}

export type ReturnedRow = QueueKey & {
  ownerNumber: number;
  claimNumber: number;
  dueAt: Date;
  attempts: number;
  isUncertain: boolean;
  isHeld: boolean;
  lastReply: string | null;
};

const returnRowsText = `
  update delivery_queue q
  set owner_process = null, due_at = back.due_at, attempts = back.attempts, reclaims = 0,
      is_uncertain = q.is_uncertain or back.is_uncertain, is_held = back.is_held,
      last_reply = coalesce(back.last_reply, q.last_reply)
  from unnest($1::bigint[], $2::uuid[], $3::smallint[], $4::bigint[], $5::timestamptz[], $6::smallint[], $7::boolean[],
              $8::boolean[], $9::text[], $10::int[])
    as back (server_id, message_id, recipient_number, owner_process, due_at, attempts, is_uncertain, is_held, last_reply,
             claim_number)
  where q.server_id = back.server_id and q.message_id = back.message_id and q.recipient_number = back.recipient_number
    and q.owner_process = back.owner_process and q.claims = back.claim_number
  returning q.message_id as "messageId", q.recipient_number as "recipientNumber"`;

/** Puts rows back into the queue for later. Answers those that were still ours, by the same claim. */
export async function returnRows(
  tx: Tx,
  rows: readonly ReturnedRow[],
): Promise<{ messageId: string; recipientNumber: number }[]> {
  return tx.prepared('return_rows', returnRowsText, [
    rows.map(row => row.serverId),
    rows.map(row => row.messageId),
    rows.map(row => row.recipientNumber),
    rows.map(row => row.ownerNumber),
    rows.map(row => row.dueAt),
    rows.map(row => row.attempts),
    rows.map(row => row.isUncertain),
    rows.map(row => row.isHeld),
    rows.map(row => row.lastReply),
    rows.map(row => row.claimNumber),
  ]);
}

const insertMarksText = `
  with live as (${lockLiveProcessText})
  insert into dot_marks (process_number, marked_at, server_ids, message_ids, recipient_numbers, attempts)
  select $1, $2::timestamptz, $3::bigint[], $4::uuid[], $5::smallint[], $6::smallint[] from live
  returning 1`;

/**
 * One row for the whole batch; committed before any of the dots is sent. False when the process counts as dead: others
 * own its rows, have looked at its marks, and would not see this one.
 */
export async function insertDotMarks(
  db: Queryable,
  processNumber: number,
  marks: readonly (QueueKey & { attempt: number })[],
  now: Date,
): Promise<boolean> {
  const rows = await db.prepared('insert_dot_marks', insertMarksText, [
    processNumber,
    now,
    marks.map(mark => mark.serverId),
    marks.map(mark => mark.messageId),
    marks.map(mark => mark.recipientNumber),
    marks.map(mark => mark.attempt),
  ]);
  return rows.length > 0;
}

/**
 * Rows of dead processes whose dot was marked for the attempt under way: their outcome is unknown. The attempt counts.
 */
export async function markUncertainRows(
  tx: Tx,
  processNumbers: readonly number[],
): Promise<(QueueKey & { streamId: string })[]> {
  return tx.query<QueueKey & { streamId: string }>`
    update delivery_queue q
    set is_uncertain = true, attempts = q.attempts + 1
    from (
      select distinct mark.server_id, mark.message_id, mark.recipient_number, mark.attempt
      from dot_marks, unnest(server_ids, message_ids, recipient_numbers, attempts)
        as mark (server_id, message_id, recipient_number, attempt)
      where process_number = any (${processNumbers}::bigint[])
    ) as mark
    where q.server_id = mark.server_id and q.message_id = mark.message_id and q.recipient_number = mark.recipient_number
      and q.owner_process = any (${processNumbers}::bigint[]) and mark.attempt = q.attempts + 1
    returning q.server_id as "serverId", q.message_id as "messageId", q.recipient_number as "recipientNumber",
              q.stream_id as "streamId"`;
}

export async function holdRows(tx: Tx, rows: readonly QueueKey[]): Promise<void> {
  await tx.query`
    update delivery_queue q set is_held = true
    from unnest(${rows.map(row => row.serverId)}::bigint[], ${rows.map(row => row.messageId)}::uuid[],
                ${rows.map(row => row.recipientNumber)}::smallint[]) as held (server_id, message_id, recipient_number)
    where q.server_id = held.server_id and q.message_id = held.message_id and q.recipient_number = held.recipient_number`;
}

/** Frees what dead processes owned. The first death costs a row nothing; see restAfterReclaims. */
export async function freeRows(
  tx: Tx,
  processNumbers: readonly number[],
  restsInSeconds: readonly number[],
): Promise<number> {
  const rows = await tx.query`
    update delivery_queue
    set owner_process = null, reclaims = reclaims + 1,
        due_at = greatest(due_at, now() + make_interval(
          secs => (${restsInSeconds}::float8[])[least(reclaims + 1, ${restsInSeconds.length})]))
    where owner_process = any (${processNumbers}::bigint[])
    returning 1`;
  return rows.length;
}

/** Marks are needed only until their process's rows were looked at. */
export async function deleteDotMarks(tx: Tx, processNumbers: readonly number[]): Promise<void> {
  await tx.query`delete from dot_marks where process_number = any (${processNumbers}::bigint[])`;
}

/** Marks of a live process whose attempts ended long ago: no attempt lasts an hour. */
export async function deleteOldDotMarks(db: Queryable, before: Date): Promise<void> {
  await db.query`delete from dot_marks where marked_at < ${before}`;
}

export function isQueuedCondition(serverIdColumn: Sql, messageIdColumn: Sql): Sql {
  return sql`exists (
    select 1 from delivery_queue q where q.server_id = ${serverIdColumn} and q.message_id = ${messageIdColumn})`;
}

/** Whether any row points below a message id: such a partition must stay. */
export async function hasRowsBelow(db: Queryable, upperMessageId: string): Promise<boolean> {
  const rows = await db.query`select 1 from delivery_queue where message_id < ${upperMessageId} limit 1`;
  return rows.length > 0;
}

export async function countQueue(
  db: Queryable,
): Promise<{ lane: number; isWaiting: boolean; isHeld: boolean; count: number }[]> {
  return db.query`
    select lane, owner_process is null as "isWaiting", is_held as "isHeld", count(*)::int as count
    from delivery_queue group by 1, 2, 3`;
}

const countDueText = `
  select count(*)::int as count
  from (
    select 1 from delivery_queue
    where lane = $1 and server_id = $2 and owner_process is null and not is_held and due_at <= $3
    limit $4
  ) as due`;

/** Rows of one server that wait to be taken, counted up to a number. */
export async function countDueRows(
  db: Queryable,
  lane: Lane,
  serverId: number,
  now: Date,
  countMax: number,
): Promise<number> {
  const rows = await db.prepared<{ count: number }>('count_due_rows', countDueText, [lane, serverId, now, countMax]);
  return rows[0]?.count ?? 0;
}

export type HeldRow = QueueKey & { streamId: string; attempts: number; lastReply: string | null };

/** Recipients that wait for a decision, oldest first. */
export async function listHeldRows(db: Queryable, limit: number): Promise<HeldRow[]> {
  return db.query<HeldRow>`
    select server_id as "serverId", message_id as "messageId", recipient_number as "recipientNumber",
           stream_id as "streamId", attempts, last_reply as "lastReply"
    from delivery_queue
    where is_held
    order by message_id
    limit ${limit}`;
}

/** Lets held recipients of a message go again. Answers how many. */
export async function releaseHeldRows(tx: Tx, serverId: number, messageId: string): Promise<number> {
  const rows = await tx.query`
    update delivery_queue set is_held = false, due_at = now()
    where server_id = ${serverId} and message_id = ${messageId} and is_held
    returning 1`;
  return rows.length;
}

/** Takes held recipients of a message out of the queue. */
export async function deleteHeldRows(
  tx: Tx,
  serverId: number,
  messageId: string,
): Promise<{ recipientNumber: number; streamId: string }[]> {
  return tx.query<{ recipientNumber: number; streamId: string }>`
    delete from delivery_queue
    where server_id = ${serverId} and message_id = ${messageId} and is_held
    returning recipient_number as "recipientNumber", stream_id as "streamId"`;
}

/** Takes rows out that no process has in hand. Waits for transactions under way on them. */
export async function deleteWaitingRows(
  tx: Tx,
  rows: readonly QueueKey[],
): Promise<(QueueKey & { streamId: string })[]> {
  return tx.query<QueueKey & { streamId: string }>`
    delete from delivery_queue q
    using unnest(${rows.map(row => row.serverId)}::bigint[], ${rows.map(row => row.messageId)}::uuid[],
                 ${rows.map(row => row.recipientNumber)}::smallint[]) as wanted (server_id, message_id, recipient_number)
    where q.server_id = wanted.server_id and q.message_id = wanted.message_id
      and q.recipient_number = wanted.recipient_number and q.owner_process is null
    returning q.server_id as "serverId", q.message_id as "messageId", q.recipient_number as "recipientNumber",
              q.stream_id as "streamId"`;
}

/** What is still queued of these messages. */
export async function listQueuedOf(
  tx: Tx,
  messages: readonly { serverId: number; messageId: string }[],
): Promise<QueueKey[]> {
  return tx.query<QueueKey>`
    select server_id as "serverId", message_id as "messageId", recipient_number as "recipientNumber"
    from delivery_queue
    where (server_id, message_id) in (
      select * from unnest(${messages.map(row => row.serverId)}::bigint[], ${messages.map(row => row.messageId)}::uuid[]))`;
}
