// Every SQL statement on events.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { sql } from '@pennyblack/runtime/database/sql.ts';
import type { EventKind, StoredEvent } from './event.ts';

const insertEventsText = `
  insert into events (server_id, event_id, kind, message_id, recipient_number, stream_id, recipient, occurred_at, details)
  select * from unnest($1::bigint[], $2::uuid[], $3::text[], $4::uuid[], $5::smallint[], $6::text[], $7::text[],
                       $8::timestamptz[], $9::jsonb[])`;

export async function insertEvents(tx: Tx, events: readonly StoredEvent[]): Promise<void> {
  await tx.prepared('insert_events', insertEventsText, [
    events.map(event => event.serverId),
    events.map(event => event.eventId),
    events.map(event => event.kind),
    events.map(event => event.messageId ?? null),
    events.map(event => event.recipientNumber ?? null),
    events.map(event => event.streamId ?? null),
    events.map(event => event.recipient ?? null),
    events.map(event => event.occurredAt),
    events.map(event => JSON.stringify(event.details)),
  ]);
}

export type MessageEventRow = {
  kind: EventKind;
  recipientNumber: number | null;
  recipient: string | null;
  occurredAt: Date;
  details: Record<string, unknown>;
};

/** Oldest first. An event is never older than its message, so the message's id is the lower bound. */
export async function listMessageEvents(
  db: Queryable,
  serverId: number,
  messageId: string,
  upperEventId: string,
): Promise<MessageEventRow[]> {
  return db.query<MessageEventRow>`
    select kind, recipient_number as "recipientNumber", recipient, occurred_at as "occurredAt", details
    from events
    where server_id = ${serverId} and message_id = ${messageId} and event_id >= ${messageId} and event_id < ${upperEventId}
    order by event_id`;
}

/** Events of one kind of all servers, newest first. Reads whole partitions: for operators, not for requests. */
export async function listEventsOfKind(
  db: Queryable,
  kind: EventKind,
  lowerEventId: string,
  limit: number,
): Promise<(MessageEventRow & { serverId: number; messageId: string | null })[]> {
  return db.query`
    select server_id as "serverId", message_id as "messageId", kind, recipient_number as "recipientNumber", recipient,
           occurred_at as "occurredAt", details
    from events
    where kind = ${kind} and event_id >= ${lowerEventId}
    order by event_id desc
    limit ${limit}`;
}

const findDeliveriesText = `
  select e.server_id as "serverId", e.message_id as "messageId", e.recipient_number as "recipientNumber",
         e.occurred_at as "occurredAt"
  from unnest($1::bigint[], $2::uuid[], $3::smallint[]) as wanted (server_id, message_id, recipient_number)
  join events e using (server_id, message_id, recipient_number)
  where e.kind = 'recipient_delivered' and e.event_id >= $4::uuid and e.event_id < $5::uuid`;

export type RecipientKey = { serverId: number; messageId: string; recipientNumber: number };

/** Deliveries to these recipients, in any order. */
export async function listDeliveries(
  db: Queryable,
  recipients: readonly RecipientKey[],
  bounds: { lowerEventId: string; upperEventId: string },
): Promise<(RecipientKey & { occurredAt: Date })[]> {
  return db.prepared('find_deliveries', findDeliveriesText, [
    recipients.map(recipient => recipient.serverId),
    recipients.map(recipient => recipient.messageId),
    recipients.map(recipient => recipient.recipientNumber),
    bounds.lowerEventId,
    bounds.upperEventId,
  ]);
}

type EventKey = { serverId: number; eventId: string };

const findEventsText = `
  select e.server_id as "serverId", e.event_id as "eventId", e.kind, e.message_id as "messageId",
         e.recipient_number as "recipientNumber", e.stream_id as "streamId", e.recipient, e.occurred_at as "occurredAt",
         e.details
  from unnest($1::bigint[], $2::uuid[]) as wanted (server_id, event_id)
  join events e on e.server_id = wanted.server_id and e.event_id = wanted.event_id
  where e.event_id >= $3::uuid and e.event_id <= $4::uuid`;

export type EventRow = {
  serverId: number;
  eventId: string;
  kind: EventKind;
  messageId: string | null;
  recipientNumber: number | null;
  streamId: string | null;
  recipient: string | null;
  occurredAt: Date;
  details: Record<string, unknown>;
};

/** Those that are there, in any order. At least one key. */
export async function findEventRows(db: Queryable, keys: readonly EventKey[]): Promise<EventRow[]> {
  const eventIds = keys.map(key => key.eventId);
  const sorted = eventIds.toSorted();
  return db.prepared<EventRow>('find_events', findEventsText, [
    keys.map(key => key.serverId),
    eventIds,
    sorted[0],
    sorted.at(-1),
  ]);
}

/** Oldest first. An event is never older than its message, so the message's id is the lower bound. */
export async function listMessageEventIds(
  db: Queryable,
  serverId: number,
  messageId: string,
  upperEventId: string,
): Promise<string[]> {
  const rows = await db.query<{ eventId: string }>`
    select event_id as "eventId" from events
    where server_id = ${serverId} and message_id = ${messageId} and event_id >= ${messageId} and event_id < ${upperEventId}
    order by event_id`;
  return rows.map(row => row.eventId);
}

/** Where a reader of the feed stands: everything up to this event of this transaction was read. */
export type FeedPosition = {
  /** The transaction, as PostgreSQL's xid8 writes it. */
  recordedIn: string;
  eventId: string;
  /** No event that is still to come has a smaller id. */
  lowerEventId: string;
};

/**
 * Which database this is. A restored one has another history of transactions: `restore` forgets the numbering, and its next
 * start draws another number; other ways of recovery begin another timeline, which is read from the name of the file that is
 * written now: the control file tells it only after the first checkpoint.
 */
export async function readEpoch(db: Queryable): Promise<string> {
  const rows = await db.query<{ epoch: string }>`
    select system_identifier || '-' || ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int
             || '-' || coalesce((select epoch from event_numbering), 0) as epoch
    from pg_control_system()`;
  return rows[0]?.epoch ?? '';
}

/** The transaction below which all have ended: nothing can be committed there any more. */
export async function readOldestRunning(db: Queryable): Promise<string> {
  const rows = await db.query<{ oldest: string }>`select pg_snapshot_xmin(pg_current_snapshot())::text as oldest`;
  return rows[0]?.oldest ?? '0';
}

/** In the order of their transactions, and up to `oldestRunning` exclusive, so that one that commits late is not passed over. */
export async function listFeed(
  db: Queryable,
  serverId: number,
  position: FeedPosition,
  oldestRunning: string,
  filter: { kinds: readonly EventKind[]; streamId: string | undefined },
  limit: number,
): Promise<(EventRow & { recordedIn: string })[]> {
  return db.query<EventRow & { recordedIn: string }>`
    select server_id as "serverId", event_id as "eventId", kind, message_id as "messageId",
           recipient_number as "recipientNumber", stream_id as "streamId", recipient, occurred_at as "occurredAt", details,
           recorded_in::text as "recordedIn"
    from events
    where server_id = ${serverId} and (recorded_in, event_id) > (${position.recordedIn}::xid8, ${position.eventId}::uuid)
      and recorded_in < ${oldestRunning}::xid8 and event_id >= ${position.lowerEventId} and kind = any (${filter.kinds})
      and (${filter.streamId ?? null}::text is null or stream_id = ${filter.streamId ?? null})
    order by recorded_in, event_id
    limit ${limit}`;
}

/** The PostgreSQL server that has numbered the events so far, if it is known, and the one that does now. */
export async function readNumbering(db: Queryable): Promise<{ known: string | null; present: string }> {
  const rows = await db.query<{ known: string | null; present: string }>`
    select (select system_identifier from event_numbering) as known, system_identifier::text as present
    from pg_control_system()`;
  return rows[0] ?? { known: null, present: '' };
}

export async function writeNumbering(db: Queryable, systemIdentifier: string): Promise<void> {
  await db.query`
    insert into event_numbering (system_identifier) values (${systemIdentifier})
    on conflict (is_only) do update
    set system_identifier = excluded.system_identifier, epoch = excluded.epoch
    where event_numbering.system_identifier <> excluded.system_identifier`;
}

/** The schema may be older than the table: what comes from a backup is brought up to date at the next start only. */
export async function deleteNumbering(db: Queryable): Promise<void> {
  const [found] = await db.query`select 1 where to_regclass('event_numbering') is not null`;
  if (found) await db.query`delete from event_numbering`;
}

/** One look into the index for each server. */
export async function listServersWithEvents(db: Queryable): Promise<number[]> {
  const rows = await db.query<{ serverId: number }>`
    with recursive servers as (
      (select server_id from events order by server_id limit 1)
      union all
      select (select server_id from events where events.server_id > servers.server_id order by server_id limit 1)
      from servers where servers.server_id is not null
    )
    select server_id as "serverId" from servers where server_id is not null`;
  return rows.map(row => row.serverId);
}

/**
 * Puts events first that bear the number of a transaction that this PostgreSQL server has not begun, at most `limit`.
 * Whatever it has recorded itself and can be seen has a smaller number.
 */
export async function renumberFuture(db: Queryable, serverId: number, limit: number): Promise<number> {
  const rows = await db.query`
    update events set recorded_in = '0'
    where server_id = ${serverId} and event_id = any (array(
      select event_id from events
      where server_id = ${serverId} and recorded_in >= pg_snapshot_xmax(pg_current_snapshot())
      limit ${limit}))
    returning 1`;
  return rows.length;
}

/** What an event says in words. */
export type EventText = {
  serverId: number;
  eventId: string;
  messageId: string | null;
  recipientNumber: number | null;
  recipient: string | null;
  details: Record<string, unknown>;
};

const eventTextColumns = sql`
  server_id as "serverId", event_id as "eventId", message_id as "messageId", recipient_number as "recipientNumber",
  recipient, details`;

/** `messages` is not empty. An event is never older than its message. */
export async function listEventTexts(
  tx: Tx,
  messages: readonly { serverId: number; messageId: string }[],
  upperEventId: string,
): Promise<EventText[]> {
  const lowestId = messages.map(message => message.messageId).toSorted()[0];
  return tx.query<EventText>`
    select ${eventTextColumns}
    from events
    where (server_id, message_id) in (
        select * from unnest(${messages.map(row => row.serverId)}::bigint[], ${messages.map(row => row.messageId)}::uuid[]))
      and event_id >= ${lowestId} and event_id < ${upperEventId}`;
}

/** Of all time: there are few that have no message. */
export async function listEventTextsWithoutMessage(
  tx: Tx,
  serverIds: readonly number[],
  addressKey: string,
  limit: number,
): Promise<EventText[]> {
  return tx.query<EventText>`
    select ${eventTextColumns}
    from events
    where server_id = any (${serverIds}::bigint[]) and message_id is null and recipient is not null
      and lower(recipient) = ${addressKey}
    limit ${limit}`;
}

export async function updateEventTexts(tx: Tx, events: readonly EventText[]): Promise<void> {
  if (events.length === 0) return;
  const ids = events.map(event => event.eventId).toSorted();
  await tx.query`
    update events
    set recipient = changed.recipient, details = changed.details
    from unnest(
      ${events.map(event => event.serverId)}::bigint[], ${events.map(event => event.eventId)}::uuid[],
      ${events.map(event => event.recipient)}::text[], ${events.map(event => JSON.stringify(event.details))}::jsonb[]
    ) as changed (server_id, event_id, recipient, details)
    where events.server_id = changed.server_id and events.event_id = changed.event_id
      and events.event_id >= ${ids[0]} and events.event_id <= ${ids.at(-1)}`;
}
