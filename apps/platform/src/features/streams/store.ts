// Every SQL statement on message_streams and smtp_tokens.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { empty, sql } from '@pennyblack/runtime/database/sql.ts';
import type { NewSmtpToken } from './smtp-token.ts';
import { defaultStreams, type MessageStream, type NewStream, type StreamChange, type StreamDetails } from './stream.ts';

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
           unsubscribe_handling as "unsubscribeHandling", uncertain_recipients as "uncertainRecipients",
           archived_at is not null as "isArchived"
    from message_streams
    where server_id = ${serverId}`;
}

/** The stream stays as it is until the transaction ends, and others who lock it wait. */
export async function lockStreamRow(tx: Tx, serverId: number, streamId: string): Promise<MessageStream | undefined> {
  const rows = await tx.query<MessageStream>`
    select server_id as "serverId", stream_id as "streamId", stream_type as "streamType",
           unsubscribe_handling as "unsubscribeHandling", uncertain_recipients as "uncertainRecipients",
           archived_at is not null as "isArchived"
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

const detailColumns = sql`
  server_id as "serverId", stream_id as "streamId", name, description, stream_type as "streamType",
  unsubscribe_handling as "unsubscribeHandling", created_at as "createdAt", updated_at as "updatedAt",
  archived_at as "archivedAt"`;

/** Oldest first, archived ones included. */
export async function listStreamDetails(db: Queryable, serverId: number): Promise<StreamDetails[]> {
  return db.query<StreamDetails>`
    select ${detailColumns} from message_streams where server_id = ${serverId} order by created_at, stream_id`;
}

export async function findStreamDetails(
  db: Queryable,
  serverId: number,
  streamId: string,
): Promise<StreamDetails | undefined> {
  const rows = await db.query<StreamDetails>`
    select ${detailColumns} from message_streams where server_id = ${serverId} and stream_id = ${streamId}`;
  return rows[0];
}

/** Locked until the transaction ends. */
export async function lockStream(tx: Tx, serverId: number, streamId: string): Promise<StreamDetails | undefined> {
  const rows = await tx.query<StreamDetails>`
    select ${detailColumns} from message_streams where server_id = ${serverId} and stream_id = ${streamId}
    for no key update`;
  return rows[0];
}

/** Two streams that are made at once would both be the tenth. Everything that adds one to a server takes its turn here. */
export async function lockStreamsOfServer(tx: Tx, serverId: number): Promise<void> {
  await tx.query`select pg_advisory_xact_lock(hashtextextended('pennyblack streams', ${serverId}))`;
}

export async function countStreamsInUse(tx: Tx, serverId: number): Promise<number> {
  const rows = await tx.query<{ count: number }>`
    select count(*)::int as count from message_streams where server_id = ${serverId} and archived_at is null`;
  return rows[0]?.count ?? 0;
}

/** False when the server has a stream of this id, archived or not. */
export async function insertStream(tx: Tx, serverId: number, stream: NewStream, now: Date): Promise<boolean> {
  const rows = await tx.query`
    insert into message_streams (server_id, stream_id, name, description, stream_type, unsubscribe_handling, created_at)
    values (${serverId}, ${stream.streamId}, ${stream.name}, ${stream.description}, ${stream.streamType},
            ${stream.unsubscribeHandling}, ${now})
    on conflict do nothing
    returning 1`;
  return rows.length > 0;
}

export async function updateStream(
  tx: Tx,
  serverId: number,
  streamId: string,
  change: StreamChange,
  now: Date,
): Promise<void> {
  const description = change.description === undefined ? empty : sql`description = ${change.description},`;
  await tx.query`
    update message_streams
    set name = coalesce(${change.name ?? null}, name), ${description}
        unsubscribe_handling = coalesce(${change.unsubscribeHandling ?? null}, unsubscribe_handling),
        updated_at = ${now}
    where server_id = ${serverId} and stream_id = ${streamId}`;
}

/** Null takes the stream out of the archive. */
export async function updateArchivedAt(
  tx: Tx,
  serverId: number,
  streamId: string,
  archivedAt: Date | null,
  now: Date,
): Promise<void> {
  await tx.query`
    update message_streams
    set archived_at = ${archivedAt}, updated_at = ${now}
    where server_id = ${serverId} and stream_id = ${streamId}`;
}

export async function listStreamsArchivedBefore(
  db: Queryable,
  before: Date,
): Promise<{ serverId: number; streamId: string }[]> {
  return db.query<{ serverId: number; streamId: string }>`
    select server_id as "serverId", stream_id as "streamId"
    from message_streams
    where archived_at <= ${before}
    order by archived_at, server_id, stream_id`;
}

export async function deleteStream(tx: Tx, serverId: number, streamId: string): Promise<void> {
  await tx.query`delete from smtp_tokens where server_id = ${serverId} and stream_id = ${streamId}`;
  await tx.query`delete from message_streams where server_id = ${serverId} and stream_id = ${streamId}`;
}

export async function insertSmtpToken(
  tx: Tx,
  serverId: number,
  streamId: string,
  token: NewSmtpToken,
  now: Date,
): Promise<number> {
  const rows = await tx.query<{ smtpTokenId: number }>`
    insert into smtp_tokens (server_id, stream_id, name, access_key_hash, access_key_encrypted, secret_key_hash,
                             secret_key_encrypted, created_at)
    values (${serverId}, ${streamId}, ${token.name}, ${token.accessKeyHash}, ${token.accessKeyEncrypted},
            ${token.secretKeyHash}, ${token.secretKeyEncrypted}, ${now})
    returning smtp_token_id as "smtpTokenId"`;
  return rows[0]?.smtpTokenId ?? 0;
}

export type StoredSmtpToken = { smtpTokenId: number; name: string; accessKeyEncrypted: Buffer; createdAt: Date };

/** Oldest first. */
export async function listSmtpTokens(db: Queryable, serverId: number, streamId: string): Promise<StoredSmtpToken[]> {
  return db.query<StoredSmtpToken>`
    select smtp_token_id as "smtpTokenId", name, access_key_encrypted as "accessKeyEncrypted", created_at as "createdAt"
    from smtp_tokens
    where server_id = ${serverId} and stream_id = ${streamId}
    order by smtp_token_id`;
}

/** Answers its name; undefined when the stream has no such token. */
export async function deleteSmtpToken(
  tx: Tx,
  serverId: number,
  streamId: string,
  smtpTokenId: number,
): Promise<string | undefined> {
  const rows = await tx.query<{ name: string }>`
    delete from smtp_tokens
    where server_id = ${serverId} and stream_id = ${streamId} and smtp_token_id = ${smtpTokenId}
    returning name`;
  return rows[0]?.name;
}

export async function findSmtpTokenByHash(
  db: Queryable,
  accessKeyHash: Buffer,
): Promise<
  | { smtpTokenId: number; serverId: number; streamId: string; secretKeyHash: Buffer; secretKeyEncrypted: Buffer }
  | undefined
> {
  const rows = await db.query<{
    smtpTokenId: number;
    serverId: number;
    streamId: string;
    secretKeyHash: Buffer;
    secretKeyEncrypted: Buffer;
  }>`
    select smtp_token_id as "smtpTokenId", server_id as "serverId", stream_id as "streamId",
           secret_key_hash as "secretKeyHash", secret_key_encrypted as "secretKeyEncrypted"
    from smtp_tokens
    where access_key_hash = ${accessKeyHash}`;
  return rows[0];
}
