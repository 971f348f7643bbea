// Every SQL statement on message_streams.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { defaultStreams, type MessageStream } from './stream.ts';

export async function insertDefaultStreams(tx: Tx, serverId: number, now: Date): Promise<void> {
  await tx.query`
    insert into message_streams (server_id, stream_id, name, stream_type, unsubscribe_handling, created_at)
    select ${serverId}, stream.id, stream.name, stream.type, stream.handling, ${now}
    from unnest(
      ${defaultStreams.map(stream => stream.streamId)}::text[],
      ${defaultStreams.map(stream => stream.name)}::text[],
      ${defaultStreams.map(stream => stream.streamType)}::text[],
      ${defaultStreams.map(stream => stream.unsubscribeHandling)}::text[]
    ) as stream (id, name, type, handling)`;
}

/** A server has a handful of streams, so they are always read together. */
export async function listStreams(db: Queryable, serverId: number): Promise<MessageStream[]> {
  return db.query<MessageStream>`
    select server_id as "serverId", stream_id as "streamId", stream_type as "streamType",
           uncertain_recipients as "uncertainRecipients", archived_at is not null as "isArchived"
    from message_streams
    where server_id = ${serverId}`;
}

/** The stream stays as it is until the transaction ends, and others who lock it wait. */
export async function lockStreamRow(tx: Tx, serverId: number, streamId: string): Promise<MessageStream | undefined> {
  const rows = await tx.query<MessageStream>`
    select server_id as "serverId", stream_id as "streamId", stream_type as "streamType",
           uncertain_recipients as "uncertainRecipients", archived_at is not null as "isArchived"
    from message_streams
    where server_id = ${serverId} and stream_id = ${streamId}
    for no key update`;
  return rows[0];
}

export async function updateUncertainRecipients(
  tx: Tx,
  serverId: number,
  streamId: string,
  choice: MessageStream['uncertainRecipients'],
  now: Date,
): Promise<boolean> {
  const rows = await tx.query`
    update message_streams
    set uncertain_recipients = ${choice}, updated_at = ${now}
    where server_id = ${serverId} and stream_id = ${streamId}
    returning 1`;
  return rows.length > 0;
}

/** Null takes the stream out of the archive. False when there is no such stream. */
export async function updateArchivedAt(
  tx: Tx,
  serverId: number,
  streamId: string,
  archivedAt: Date | null,
  now: Date,
): Promise<boolean> {
  const rows = await tx.query`
    update message_streams
    set archived_at = case when ${archivedAt}::timestamptz is null then null else coalesce(archived_at, ${archivedAt}) end,
        updated_at = ${now}
    where server_id = ${serverId} and stream_id = ${streamId}
    returning 1`;
  return rows.length > 0;
}
