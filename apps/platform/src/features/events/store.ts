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
