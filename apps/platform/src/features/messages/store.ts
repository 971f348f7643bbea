// Every SQL statement on messages, message_contents and message_recipients. All three are partitioned by message id, so
// every statement carries lower and upper bounds of it: without them PostgreSQL visits every partition.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { joinBytes } from '@pennyblack/runtime/database/joined-bytes.ts';
import { empty, join, type Sql, sql } from '@pennyblack/runtime/database/sql.ts';
import type { FoundMessage, FoundRecipient, NewMessage } from './message.ts';
import { attachmentNamesOf, type ContentFormat, formatOf } from './message-content.ts';
import type { IsQueuedCondition } from './ports.ts';

const insertMessagesText = `
  with new_messages as (
    insert into messages (server_id, message_id, stream_id, received_at, from_display, from_key, subject, tag,
                          attachment_names, metadata, track_opens, track_links, is_sandboxed)
    select * from unnest($1::bigint[], $2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[],
                         $9::jsonb[], $10::jsonb[], $11::boolean[], $12::text[], $13::boolean[])
  ), new_contents as (
    insert into message_contents (server_id, message_id, format, content)
    select server_id, message_id, format, substring($14::bytea from starts_at for length)
    from unnest($1::bigint[], $2::uuid[], $15::int[], $16::int[], $24::smallint[])
      as row (server_id, message_id, starts_at, length, format)
  )
  insert into message_recipients (server_id, message_id, recipient_number, field, address, address_key, name)
  select * from unnest($17::bigint[], $18::uuid[], $19::smallint[], $20::text[], $21::text[], $22::text[], $23::text[])`;

function attachmentNames(message: NewMessage): string | null {
  const names = attachmentNamesOf(message.content);
  return names.length === 0 ? null : JSON.stringify(names);
}

/**
 * One statement for all rows of a group. The bodies travel as one value (joinBytes).
 */
export async function insertMessages(tx: Tx, messages: readonly NewMessage[]): Promise<void> {
  const contents = joinBytes(messages.map(message => message.packedContent));
  const recipients = messages.flatMap(message => message.recipients.map(recipient => ({ message, recipient })));
  await tx.prepared('insert_messages', insertMessagesText, [
    messages.map(message => message.serverId),
    messages.map(message => message.messageId),
    messages.map(message => message.streamId),
    messages.map(message => message.receivedAt),
    messages.map(message => message.fromDisplay),
    messages.map(message => message.fromKey),
    messages.map(message => message.content.subject),
    messages.map(message => message.content.tag ?? null),
    messages.map(message => attachmentNames(message)),
    messages.map(message => (message.content.metadata ? JSON.stringify(message.content.metadata) : null)),
    messages.map(message => message.trackOpens),
    messages.map(message => message.trackLinks),
    messages.map(message => message.content.isSandboxed),
    contents.bytes,
    contents.startsAt,
    contents.lengths,
    recipients.map(row => row.message.serverId),
    recipients.map(row => row.message.messageId),
    recipients.map(row => row.recipient.recipientNumber),
    recipients.map(row => row.recipient.field),
    recipients.map(row => row.recipient.mailbox.address),
    recipients.map(row => row.recipient.addressKey),
    recipients.map(row => row.recipient.mailbox.name),
    messages.map(message => formatOf(message.content)),
  ]);
}

/**
 * Inserts an empty message, unless there is one. Waits for a transaction under way that inserts the same id, which no
 * SELECT does. For a transaction that is rolled back.
 */
export async function insertEmptyMessage(tx: Tx, serverId: number, messageId: string): Promise<boolean> {
  const rows = await tx.query`
    insert into messages (server_id, message_id, stream_id, received_at, from_display, from_key, subject, track_opens,
                          track_links, is_sandboxed)
    values (${serverId}, ${messageId}, '', now(), '', '', '', false, 'None', false)
    on conflict do nothing
    returning 1`;
  return rows.length > 0;
}

export type MessageSearch = {
  serverId: number;
  streamId: string;
  /** Inclusive and exclusive bounds of the message id: the dates of the search. */
  lowerId: string;
  upperId: string;
  recipientKey?: string;
  fromKey?: string;
  tag?: string;
  subjectPart?: string;
  status?: 'queued' | 'sent';
  metadata?: { key: string; value: string };
};

function searchConditions(search: MessageSearch, isQueued: IsQueuedCondition): Sql {
  const queued = isQueued(sql`m.server_id`, sql`m.message_id`);
  const conditions = [
    sql`m.server_id = ${search.serverId} and m.stream_id = ${search.streamId}`,
    sql`m.message_id >= ${search.lowerId} and m.message_id < ${search.upperId}`,
  ];
  if (search.fromKey !== undefined) conditions.push(sql`m.from_key = ${search.fromKey}`);
  if (search.tag !== undefined) conditions.push(sql`m.tag is not null and lower(m.tag) = lower(${search.tag})`);
  if (search.subjectPart !== undefined) {
    conditions.push(sql`strpos(lower(m.subject), lower(${search.subjectPart})) > 0`);
  }
  if (search.status === 'queued') conditions.push(queued);
  if (search.status === 'sent') conditions.push(sql`not ${queued}`);
  if (search.metadata) {
    conditions.push(sql`exists (
      select 1 from jsonb_each_text(m.metadata) as entry
      where lower(entry.key) = lower(${search.metadata.key}) and entry.value = ${search.metadata.value})`);
  }
  if (search.recipientKey !== undefined) {
    conditions.push(sql`m.message_id in (
      select r.message_id from message_recipients r
      where r.server_id = ${search.serverId} and r.address_key = ${search.recipientKey}
        and r.message_id >= ${search.lowerId} and r.message_id < ${search.upperId})`);
  }
  return join(conditions, ' and ');
}

function messageColumns(isQueued: IsQueuedCondition): Sql {
  return sql`
    m.server_id as "serverId", m.message_id as "messageId", m.stream_id as "streamId", m.received_at as "receivedAt",
    m.from_display as "fromDisplay", m.subject, m.tag, m.attachment_names as "attachmentNames", m.metadata,
    m.track_opens as "trackOpens", m.track_links as "trackLinks", m.is_sandboxed as "isSandboxed",
    ${isQueued(sql`m.server_id`, sql`m.message_id`)} as "isQueued"`;
}

type MessageRow = Omit<FoundMessage, 'recipients'>;

/** Newest first. */
export async function searchMessages(
  db: Queryable,
  search: MessageSearch,
  page: { count: number; offset: number },
  isQueued: IsQueuedCondition,
): Promise<MessageRow[]> {
  return db.query<MessageRow>`
    select ${messageColumns(isQueued)}
    from messages m
    where ${searchConditions(search, isQueued)}
    order by m.message_id desc
    limit ${page.count} offset ${page.offset}`;
}

/** `stopAt` undefined counts all; otherwise counting ends there, so that a rare filter over much mail stays quick. */
export async function countMessages(
  db: Queryable,
  search: MessageSearch,
  stopAt: number | undefined,
  isQueued: IsQueuedCondition,
): Promise<number> {
  const limit = stopAt === undefined ? empty : sql`limit ${stopAt}`;
  const rows = await db.query<{ count: number }>`
    select count(*)::int as count
    from (select 1 from messages m where ${searchConditions(search, isQueued)} ${limit}) as found`;
  return rows[0]?.count ?? 0;
}

export async function findMessage(
  db: Queryable,
  serverId: number,
  messageId: string,
  isQueued: IsQueuedCondition,
): Promise<MessageRow | undefined> {
  const rows = await db.query<MessageRow>`
    select ${messageColumns(isQueued)} from messages m where m.server_id = ${serverId} and m.message_id = ${messageId}`;
  return rows[0];
}

/** `messageIds` belong to one server and are not empty. In the order of the message's recipients. */
export async function listRecipients(
  db: Queryable,
  serverId: number,
  messageIds: readonly string[],
): Promise<(FoundRecipient & { messageId: string })[]> {
  const sorted = messageIds.toSorted();
  return db.query<FoundRecipient & { messageId: string }>`
    select message_id as "messageId", recipient_number as "recipientNumber", field, address, name
    from message_recipients
    where server_id = ${serverId} and message_id = any (${sorted}::uuid[])
      and message_id >= ${sorted[0]} and message_id <= ${sorted.at(-1)}
    order by message_id, recipient_number`;
}

/** Undefined when the content is gone, or was emptied by a shorter retention. */
export async function findContent(db: Queryable, serverId: number, messageId: string): Promise<Buffer | undefined> {
  const rows = await db.query<{ content: Buffer }>`
    select content from message_contents where server_id = ${serverId} and message_id = ${messageId}`;
  return rows[0]?.content;
}

const findContentsText = `
  select server_id as "serverId", message_id as "messageId", content
  from message_contents
  where (server_id, message_id) in (select * from unnest($1::bigint[], $2::uuid[]))
    and message_id >= $3 and message_id <= $4`;

/** Contents of many messages, of several servers. `wanted` is not empty. */
export async function findContents(
  db: Queryable,
  wanted: readonly { serverId: number; messageId: string }[],
): Promise<{ serverId: number; messageId: string; content: Buffer }[]> {
  const ids = wanted.map(message => message.messageId).toSorted();
  return db.prepared('find_contents', findContentsText, [
    wanted.map(message => message.serverId),
    wanted.map(message => message.messageId),
    ids[0],
    ids.at(-1),
  ]);
}

const findRecipientsText = `
  select r.server_id as "serverId", r.message_id as "messageId", r.recipient_number as "recipientNumber", r.address,
         r.address_key as "addressKey"
  from message_recipients r
  join unnest($1::bigint[], $2::uuid[], $3::smallint[]) as wanted (server_id, message_id, recipient_number)
    using (server_id, message_id, recipient_number)
  where r.message_id >= $4 and r.message_id <= $5`;

export type RecipientAddress = {
  serverId: number;
  messageId: string;
  recipientNumber: number;
  address: string;
  addressKey: string;
};

export async function findRecipientAddresses(
  db: Queryable,
  wanted: readonly { serverId: number; messageId: string; recipientNumber: number }[],
): Promise<RecipientAddress[]> {
  const ids = wanted.map(recipient => recipient.messageId).toSorted();
  return db.prepared<RecipientAddress>('find_recipient_addresses', findRecipientsText, [
    wanted.map(recipient => recipient.serverId),
    wanted.map(recipient => recipient.messageId),
    wanted.map(recipient => recipient.recipientNumber),
    ids[0],
    ids.at(-1),
  ]);
}

const lockTrackedText = `
  select r.server_id as "serverId", r.message_id as "messageId", r.recipient_number as "recipientNumber", r.address,
         m.stream_id as "streamId", m.tag, m.metadata
  from message_recipients r
  join unnest($1::bigint[], $2::uuid[], $3::smallint[]) as wanted (server_id, message_id, recipient_number)
    using (server_id, message_id, recipient_number)
  join messages m using (server_id, message_id)
  where r.message_id >= $4 and r.message_id <= $5 and m.message_id >= $4 and m.message_id <= $5
  order by r.server_id, r.message_id, r.recipient_number
  for no key update of r`;

export type TrackedRecipientRow = {
  serverId: number;
  messageId: string;
  recipientNumber: number;
  address: string;
  streamId: string;
  tag: string | null;
  metadata: Record<string, string> | null;
};

/** `wanted` is not empty. Locked in the order of their keys, until the transaction ends. */
export async function lockTrackedRecipients(
  tx: Tx,
  wanted: readonly { serverId: number; messageId: string; recipientNumber: number }[],
): Promise<TrackedRecipientRow[]> {
  const ids = wanted.map(recipient => recipient.messageId).toSorted();
  return tx.prepared<TrackedRecipientRow>('lock_tracked_recipients', lockTrackedText, [
    wanted.map(recipient => recipient.serverId),
    wanted.map(recipient => recipient.messageId),
    wanted.map(recipient => recipient.recipientNumber),
    ids[0],
    ids.at(-1),
  ]);
}

/** Messages of one server to an address. `isAlone`: nobody else among the recipients, apart from those that are removed. */
export async function listMessagesOfRecipient(
  db: Queryable,
  serverId: number,
  keys: { addressKey: string; removedKey: string },
  bounds: { afterMessageId: string; upperMessageId: string },
  limit: number,
): Promise<{ serverId: number; messageId: string; recipientNumbers: number[]; isAlone: boolean }[]> {
  return db.query`
    select r.server_id as "serverId", r.message_id as "messageId",
           array_agg(r.recipient_number order by r.recipient_number)::int[] as "recipientNumbers",
           not exists (
             select 1 from message_recipients other
             where other.server_id = r.server_id and other.message_id = r.message_id
               and other.address_key not in (${keys.addressKey}, ${keys.removedKey})) as "isAlone"
    from message_recipients r
    where r.server_id = ${serverId} and r.address_key = ${keys.addressKey}
      and r.message_id > ${bounds.afterMessageId} and r.message_id < ${bounds.upperMessageId}
    group by r.server_id, r.message_id
    order by r.message_id
    limit ${limit}`;
}

type MessageKey = { serverId: number; messageId: string };

/** Which messages of a batch, with bounds of their ids. */
function ofMessages(messages: readonly MessageKey[]): Sql {
  const ids = messages.map(message => message.messageId).toSorted();
  return sql`(server_id, message_id) in (
      select * from unnest(${messages.map(message => message.serverId)}::bigint[], ${messages.map(message => message.messageId)}::uuid[]))
    and message_id >= ${ids[0]} and message_id <= ${ids.at(-1)}`;
}

export async function deleteContents(tx: Tx, messages: readonly MessageKey[]): Promise<void> {
  if (messages.length === 0) return;
  await tx.query`delete from message_contents where ${ofMessages(messages)}`;
}

export async function replaceContent(
  tx: Tx,
  { serverId, messageId }: MessageKey,
  packed: Buffer,
  format: ContentFormat,
): Promise<void> {
  await tx.query`
    update message_contents set content = ${packed}, format = ${format}
    where server_id = ${serverId} and message_id = ${messageId}`;
}

/** What a message's row says in words. */
export type MessageDescription = MessageKey & { fromKey: string } & Pick<
    FoundMessage,
    'fromDisplay' | 'subject' | 'tag' | 'attachmentNames' | 'metadata'
  >;

/** `messages` is not empty. */
export async function listDescriptions(tx: Tx, messages: readonly MessageKey[]): Promise<MessageDescription[]> {
  return tx.query<MessageDescription>`
    select server_id as "serverId", message_id as "messageId", from_display as "fromDisplay", from_key as "fromKey",
           subject, tag, attachment_names as "attachmentNames", metadata
    from messages
    where ${ofMessages(messages)}`;
}

export async function updateDescriptions(tx: Tx, rows: readonly MessageDescription[]): Promise<void> {
  for (const row of rows) {
    await tx.query`
      update messages
      set from_display = ${row.fromDisplay}, from_key = ${row.fromKey}, subject = ${row.subject}, tag = ${row.tag},
          attachment_names = ${row.attachmentNames && JSON.stringify(row.attachmentNames)}::jsonb,
          metadata = ${row.metadata && JSON.stringify(row.metadata)}::jsonb
      where server_id = ${row.serverId} and message_id = ${row.messageId}`;
  }
}

/** `messages` is not empty. */
export async function anonymiseRecipients(
  tx: Tx,
  messages: readonly MessageKey[],
  addressKey: string,
  removedAddress: string,
): Promise<void> {
  await tx.query`
    update message_recipients set address = ${removedAddress}, address_key = ${removedAddress}, name = ''
    where ${ofMessages(messages)} and address_key = ${addressKey}`;
}

export type MessageOfServer = {
  serverId: number;
  messageId: string;
  streamId: string;
  fromKey: string;
  subject: string;
  tag: string | null;
  metadata: Record<string, string> | null;
};

/** For who knows the message only: one look into the index for each server. */
export async function findMessageOfServers(
  db: Queryable,
  serverIds: readonly number[],
  messageId: string,
): Promise<MessageOfServer | undefined> {
  const rows = await db.query<MessageOfServer>`
    select server_id as "serverId", message_id as "messageId", stream_id as "streamId", from_key as "fromKey", subject, tag,
           metadata
    from messages
    where server_id = any (${[...serverIds]}::bigint[]) and message_id = ${messageId}
    limit 1`;
  return rows[0];
}
