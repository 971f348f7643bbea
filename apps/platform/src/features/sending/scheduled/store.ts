// Every SQL statement on scheduled_messages and scheduled_results.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { joinBytes } from '@pennyblack/runtime/database/joined-bytes.ts';
import { join, type Sql, sql } from '@pennyblack/runtime/database/sql.ts';
import { tailOfUuidV7 } from '@pennyblack/runtime/uuid-v7.ts';
import type { Lane } from '../../delivery/delivery-item.ts';
import type { NewMessage, Recipient } from '../../messages/message.ts';
import type { EndStatus, ScheduledKey, ScheduledResult, WaitingMessage } from './scheduled-message.ts';

export type NewScheduled = { message: NewMessage; lane: Lane; dueAt: Date };

const insertText = `
  insert into scheduled_messages (server_id, id_tail, message_id, stream_id, lane, due_at, accepted_at, from_display, subject,
                                  tag, recipients, track_opens, track_links, content)
  select server_id, id_tail, message_id, stream_id, lane, due_at, $6::timestamptz, from_display, subject, tag, recipients,
         track_opens, track_links, substring($15::bytea from starts_at for length)
  from unnest($1::bigint[], $2::text[], $3::uuid[], $4::text[], $5::smallint[], $7::timestamptz[], $8::text[], $9::text[],
              $10::text[], $11::jsonb[], $12::boolean[], $13::text[], $14::int[], $16::int[])
    as row (server_id, id_tail, message_id, stream_id, lane, due_at, from_display, subject, tag, recipients, track_opens,
            track_links, starts_at, length)`;

/** The bodies travel as one value (joinBytes). */
export async function insertScheduled(tx: Tx, rows: readonly NewScheduled[], now: Date): Promise<void> {
  const contents = joinBytes(rows.map(row => row.message.packedContent));
  await tx.prepared('insert_scheduled', insertText, [
    rows.map(row => row.message.serverId),
    rows.map(row => tailOfUuidV7(row.message.messageId)),
    rows.map(row => row.message.messageId),
    rows.map(row => row.message.streamId),
    rows.map(row => row.lane),
    now,
    rows.map(row => row.dueAt),
    rows.map(row => row.message.fromDisplay),
    rows.map(row => row.message.content.subject),
    rows.map(row => row.message.content.tag ?? null),
    rows.map(row => JSON.stringify(row.message.recipients)),
    rows.map(row => row.message.trackOpens),
    rows.map(row => row.message.trackLinks),
    contents.startsAt,
    contents.bytes,
    contents.lengths,
  ]);
}

/**
 * Inserts an empty row, unless there is one. Waits for a transaction under way that inserts the same id, which no SELECT
 * does. For a transaction that is rolled back.
 */
export async function insertEmptyScheduled(tx: Tx, { serverId, idTail }: ScheduledKey): Promise<boolean> {
  const rows = await tx.query`
    insert into scheduled_messages (server_id, id_tail, message_id, stream_id, lane, due_at, accepted_at, from_display,
                                    subject, recipients, track_opens, track_links, content)
    values (${serverId}, ${idTail}, gen_random_uuid(), '', 0, now(), now(), '', '', '[]', false, 'None', '')
    on conflict do nothing
    returning 1`;
  return rows.length > 0;
}

const waitingColumns = sql`
  server_id as "serverId", id_tail as "idTail", message_id as "messageId", stream_id as "streamId", due_at as "dueAt",
  accepted_at as "acceptedAt", from_display as "fromDisplay", subject, tag, recipients, track_opens as "trackOpens",
  track_links as "trackLinks"`;

export type DueRow = ScheduledKey & { contentBytes: number };

const lockDueText = `
  select server_id as "serverId", id_tail as "idTail", octet_length(content) as "contentBytes"
  from scheduled_messages
  where lane = $1 and due_at <= $2
  order by due_at
  limit $3
  for update skip locked`;

/** The oldest that are due and that no other process is releasing, canceling or moving at this moment. */
export async function lockDue(tx: Tx, lane: Lane, now: Date, limit: number): Promise<DueRow[]> {
  return tx.prepared<DueRow>('lock_due_scheduled', lockDueText, [lane, now, limit]);
}

/** Whose messages `lockDue` is about to find, and from whom. Locks nothing. */
export async function listDueSenders(
  db: Queryable,
  lane: Lane,
  now: Date,
  limit: number,
): Promise<{ serverId: number; fromDisplay: string }[]> {
  return db.prepared(
    'list_due_senders',
    `select distinct server_id as "serverId", from_display as "fromDisplay"
     from (select server_id, from_display from scheduled_messages
           where lane = $1 and due_at <= $2 order by due_at limit $3) as due`,
    [lane, now, limit],
  );
}

export type TakenScheduled = WaitingMessage & { lane: Lane; content: Buffer };

/** Takes rows out. */
export async function takeScheduled(tx: Tx, keys: readonly ScheduledKey[]): Promise<TakenScheduled[]> {
  return tx.query<TakenScheduled>`
    delete from scheduled_messages
    where (server_id, id_tail) in (
      select * from unnest(${keys.map(key => key.serverId)}::bigint[], ${keys.map(key => key.idTail)}::text[]))
    returning ${waitingColumns}, lane, content`;
}

/** Of a lane, however it stands with locks. */
export async function readNextDue(db: Queryable): Promise<Date | undefined> {
  const rows = await db.prepared<{ dueAt: Date | null }>(
    'next_due_scheduled',
    `select least((select min(due_at) from scheduled_messages where lane = 0),
                  (select min(due_at) from scheduled_messages where lane = 1)) as "dueAt"`,
    [],
  );
  return rows[0]?.dueAt ?? undefined;
}

export async function insertResults(tx: Tx, results: readonly ScheduledResult[]): Promise<void> {
  await tx.query`
    insert into scheduled_results (server_id, id_tail, message_id, stream_id, due_at, accepted_at, ended_at, status, refusal)
    select * from unnest(
      ${results.map(row => row.serverId)}::bigint[], ${results.map(row => row.idTail)}::text[],
      ${results.map(row => row.messageId)}::uuid[], ${results.map(row => row.streamId)}::text[],
      ${results.map(row => row.dueAt)}::timestamptz[], ${results.map(row => row.acceptedAt)}::timestamptz[],
      ${results.map(row => row.endedAt)}::timestamptz[], ${results.map(row => row.status)}::text[],
      ${results.map(row => row.refusal)}::text[])`;
}

/** Gives a waiting message another time, and the id that belongs to it. Undefined when it waits no more. */
export async function moveScheduled(
  tx: Tx,
  { serverId, idTail }: ScheduledKey,
  to: { dueAt: Date; messageId: string },
): Promise<WaitingMessage | undefined> {
  const rows = await tx.query<WaitingMessage>`
    update scheduled_messages set due_at = ${to.dueAt}, message_id = ${to.messageId}
    where server_id = ${serverId} and id_tail = ${idTail}
    returning ${waitingColumns}`;
  return rows[0];
}

export async function findWaiting(
  db: Queryable,
  { serverId, idTail }: ScheduledKey,
): Promise<(WaitingMessage & { content: Buffer }) | undefined> {
  const rows = await db.query<WaitingMessage & { content: Buffer }>`
    select ${waitingColumns}, content from scheduled_messages where server_id = ${serverId} and id_tail = ${idTail}`;
  return rows[0];
}

const resultColumns = sql`
  server_id as "serverId", id_tail as "idTail", message_id as "messageId", stream_id as "streamId", due_at as "dueAt",
  accepted_at as "acceptedAt", ended_at as "endedAt", status, refusal`;

export async function findResult(
  db: Queryable,
  { serverId, idTail }: ScheduledKey,
): Promise<ScheduledResult | undefined> {
  const rows = await db.query<ScheduledResult>`
    select ${resultColumns} from scheduled_results where server_id = ${serverId} and id_tail = ${idTail}`;
  return rows[0];
}

export type ScheduledFilters = {
  streamId?: string;
  tag?: string;
  /** Of the time of sending: the first moment that is in, the first that is out. */
  from?: Date;
  to?: Date;
};

function conditionsOf(serverId: number, filters: ScheduledFilters, status: EndStatus | undefined): Sql {
  const conditions = [sql`server_id = ${serverId}`];
  if (status !== undefined) conditions.push(sql`status = ${status}`);
  if (filters.streamId !== undefined) conditions.push(sql`stream_id = ${filters.streamId}`);
  if (filters.tag !== undefined) conditions.push(sql`lower(tag) = lower(${filters.tag})`);
  if (filters.from !== undefined) conditions.push(sql`due_at >= ${filters.from}`);
  if (filters.to !== undefined) conditions.push(sql`due_at < ${filters.to}`);
  return join(conditions, ' and ');
}

type Page = { count: number; offset: number };

/** What goes next first. */
export async function listWaiting(
  db: Queryable,
  serverId: number,
  filters: ScheduledFilters,
  page: Page,
): Promise<{ totalCount: number; rows: WaitingMessage[] }> {
  const where = conditionsOf(serverId, filters, undefined);
  const [counted] = await db.query<{ count: number }>`
    select count(*)::int as count from scheduled_messages where ${where}`;
  const rows = await db.query<WaitingMessage>`
    select ${waitingColumns} from scheduled_messages where ${where}
    order by due_at, id_tail limit ${page.count} offset ${page.offset}`;
  return { totalCount: counted?.count ?? 0, rows };
}

/** What was to go last first. */
export async function listResults(
  db: Queryable,
  serverId: number,
  status: EndStatus,
  filters: Omit<ScheduledFilters, 'tag'>,
  page: Page,
): Promise<{ totalCount: number; rows: ScheduledResult[] }> {
  const where = conditionsOf(serverId, filters, status);
  const [counted] = await db.query<{ count: number }>`
    select count(*)::int as count from scheduled_results where ${where}`;
  const rows = await db.query<ScheduledResult>`
    select ${resultColumns} from scheduled_results where ${where}
    order by due_at desc, id_tail limit ${page.count} offset ${page.offset}`;
  return { totalCount: counted?.count ?? 0, rows };
}

export async function countWaiting(db: Queryable): Promise<number> {
  const [row] = await db.query<{ count: number }>`select count(*)::int as count from scheduled_messages`;
  return row?.count ?? 0;
}

/** Answers how many went, at most `limit`. */
export async function deleteResultsBefore(db: Queryable, before: Date, limit: number): Promise<number> {
  const rows = await db.query`
    delete from scheduled_results
    where ctid = any (array(select ctid from scheduled_results where ended_at < ${before} limit ${limit}))
    returning 1`;
  return rows.length;
}

/** Waiting messages to an address that were accepted before a moment. They stay locked until the transaction ends. */
export async function lockWaitingOfAddress(
  tx: Tx,
  serverIds: readonly number[],
  addressKey: string,
  acceptedBefore: Date,
  limit: number,
): Promise<(WaitingMessage & { content: Buffer })[]> {
  return tx.query<WaitingMessage & { content: Buffer }>`
    select ${waitingColumns}, content from scheduled_messages
    where server_id = any (${serverIds}::bigint[]) and accepted_at < ${acceptedBefore}
      and recipients @> ${JSON.stringify([{ addressKey }])}::jsonb
    limit ${limit}
    for update`;
}

export async function replaceScheduled(
  tx: Tx,
  { serverId, idTail }: ScheduledKey,
  changed: {
    recipients: readonly Recipient[];
    fromDisplay: string;
    subject: string;
    tag: string | null;
    content: Buffer;
  },
): Promise<void> {
  await tx.query`
    update scheduled_messages
    set recipients = ${JSON.stringify(changed.recipients)}::jsonb, from_display = ${changed.fromDisplay},
        subject = ${changed.subject}, tag = ${changed.tag}, content = ${changed.content}
    where server_id = ${serverId} and id_tail = ${idTail}`;
}
