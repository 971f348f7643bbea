// Every SQL statement on the tables of inbound mail. What is partitioned is partitioned by message or source id, so every
// statement carries bounds of it: without them PostgreSQL visits every partition.

import type { HeaderField, InboundMailbox } from '@pennyblack/email/inbound/inbound-mail.ts';
import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { joinBytes } from '@pennyblack/runtime/database/joined-bytes.ts';
import { empty, join, type Sql, sql } from '@pennyblack/runtime/database/sql.ts';
import { firstUuidV7Of, timeOfUuidV7 } from '@pennyblack/runtime/uuid-v7.ts';
import type {
  AttachmentSummary,
  ClaimedSource,
  InboundDescription,
  InboundEnvelope,
  InboundMessageKey,
  InboundStatus,
  NewInboundSource,
  SourceKey,
  StoredInbound,
} from './inbound-message.ts';

const insertSourcesText = `
  with given as (
    select * from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
                         $8::text[], $9::uuid[])
      as m (server_id, message_id, source_id, received_at, recipient, recipient_key, mailbox_hash, mail_from, fingerprint)
  ), fresh as (
    -- Sorted, because two transactions that insert the same rows in another order would wait for each other for ever.
    insert into inbound_fingerprints (server_id, fingerprint, message_id, received_at)
    select server_id, fingerprint, message_id, received_at from given where fingerprint is not null
    order by server_id, fingerprint
    on conflict do nothing
    returning message_id
  ), stored as (
    insert into inbound_messages (server_id, message_id, source_id, received_at, recipient, recipient_key, mailbox_hash, mail_from)
    select server_id, message_id, source_id, received_at, recipient, recipient_key, mailbox_hash, mail_from
    from given
    where fingerprint is null or message_id in (select message_id from fresh)
    returning server_id, source_id, message_id, recipient_key
  ), found_by as (
    insert into inbound_recipients (server_id, message_id, address_key)
    select server_id, message_id, recipient_key from stored
  ), queued as (
    insert into inbound_queue (server_id, source_id, message_ids, source_bytes, due_at, owner_process, attempts)
    select s.server_id, s.source_id, array(
             select stored.message_id from stored
             where stored.server_id = s.server_id and stored.source_id = s.source_id order by 1),
           s.source_bytes, $10, s.owner_process, (s.owner_process is not null)::int
    from unnest($11::bigint[], $12::uuid[], $13::int[], $14::bigint[]) as s (server_id, source_id, source_bytes, owner_process)
    where exists (select 1 from stored where stored.server_id = s.server_id and stored.source_id = s.source_id)
    returning server_id, source_id, message_ids
  ), kept as (
    insert into inbound_sources (server_id, source_id, source, source_bytes, mail_from, client_address, helo, is_encrypted)
    select s.server_id, s.source_id, substring($15::bytea from s.starts_at for s.length), s.source_bytes, s.mail_from,
           s.client_address, s.helo, s.is_encrypted
    from unnest($11::bigint[], $12::uuid[], $13::int[], $16::int[], $17::int[], $18::text[], $19::text[], $20::text[],
                $21::boolean[])
      as s (server_id, source_id, source_bytes, starts_at, length, mail_from, client_address, helo, is_encrypted)
    join queued using (server_id, source_id)
  )
  select server_id as "serverId", source_id as "sourceId", message_ids as "messageIds" from queued`;

/** `ownerProcess` is who goes on with it at once; null leaves it to whoever claims it. */
export type SourceToStore = NewInboundSource & { ownerProcess: number | null };

/**
 * Stores mail of many SMTP messages in one statement. Recipients whose fingerprint is known are left out, and a mail of
 * which nothing is left with them. Answers what was stored, as open work.
 */
export async function insertSources(
  tx: Tx,
  sources: readonly SourceToStore[],
  now: Date,
): Promise<(SourceKey & { messageIds: string[] })[]> {
  const contents = joinBytes(sources.map(source => source.packedSource));
  const messages = sources.flatMap(source => source.messages.map(message => ({ source, message })));
  return tx.prepared('insert_inbound_sources', insertSourcesText, [
    messages.map(({ source }) => source.serverId),
    messages.map(({ message }) => message.messageId),
    messages.map(({ source }) => source.sourceId),
    messages.map(({ source }) => source.receivedAt),
    messages.map(({ message }) => message.recipient),
    messages.map(({ message }) => message.recipientKey),
    messages.map(({ message }) => message.mailboxHash),
    messages.map(({ source }) => source.mailFrom),
    messages.map(({ message }) => message.fingerprint ?? null),
    now,
    sources.map(source => source.serverId),
    sources.map(source => source.sourceId),
    sources.map(source => source.sourceBytes),
    sources.map(source => source.ownerProcess),
    contents.bytes,
    contents.startsAt,
    contents.lengths,
    sources.map(source => source.mailFrom),
    sources.map(source => source.clientAddress),
    sources.map(source => source.helo),
    sources.map(source => source.isEncrypted),
  ]);
}

/** Whether so many mails of a server wait to be read. */
export async function hasWaiting(db: Queryable, serverId: number, count: number): Promise<boolean> {
  const rows = await db.query`
    select 1 from inbound_queue where server_id = ${serverId} offset ${count - 1} limit 1`;
  return rows.length > 0;
}

/**
 * Counts the attempt before it is made. What this process owns and does not have in hand is taken as well: it is left from
 * a claim, a commit or a return whose answer was lost.
 */
export async function claimSources(
  db: Queryable,
  ownerProcess: number,
  inHand: readonly string[],
  limit: number,
  now: Date,
): Promise<ClaimedSource[]> {
  return db.query<ClaimedSource>`
    with left_over as materialized (
      select server_id, source_id from inbound_queue
      where owner_process = ${ownerProcess} and source_id <> all (${[...inHand]}::uuid[])
      limit ${limit} for update skip locked
    ), waiting as materialized (
      select server_id, source_id from inbound_queue
      where owner_process is null and due_at <= ${now}
      order by due_at limit ${limit} for update skip locked
    )
    update inbound_queue
    set owner_process = ${ownerProcess}, attempts = attempts + 1
    where (server_id, source_id) in (
      select server_id, source_id from left_over union all select server_id, source_id from waiting limit ${limit})
    returning server_id as "serverId", source_id as "sourceId", message_ids as "messageIds", source_bytes as "sourceBytes",
              owner_process as "ownerProcess", attempts`;
}

/** It is free again, and due later. Nothing when the claim is over. */
export async function returnSource(
  db: Queryable,
  { serverId, sourceId, ownerProcess, attempts }: ClaimedSource,
  dueAt: Date,
): Promise<void> {
  await db.query`
    update inbound_queue
    set owner_process = null, due_at = ${dueAt}
    where server_id = ${serverId} and source_id = ${sourceId} and owner_process = ${ownerProcess} and attempts = ${attempts}`;
}

export async function freeSources(tx: Tx, processNumbers: readonly number[]): Promise<void> {
  await tx.query`
    update inbound_queue set owner_process = null where owner_process = any (${[...processNumbers]}::bigint[])`;
}

export async function countSources(db: Queryable): Promise<number> {
  const rows = await db.query<{ count: number }>`select count(*)::int as count from inbound_queue`;
  return rows[0]?.count ?? 0;
}

/** Deletes at most `limit`. Answers how many. */
export async function deleteFingerprints(db: Queryable, before: Date, limit: number): Promise<number> {
  const rows = await db.query`
    delete from inbound_fingerprints where (server_id, fingerprint) in (
      select server_id, fingerprint from inbound_fingerprints where received_at < ${before} limit ${limit})
    returning 1`;
  return rows.length;
}

export type SourceRow = InboundEnvelope & { packedSource: Buffer; sourceBytes: number; fields: HeaderField[] | null };

/** Undefined when it is gone with its retention time, or with its sender's data. */
export async function findSource(db: Queryable, { serverId, sourceId }: SourceKey): Promise<SourceRow | undefined> {
  const rows = await db.query<SourceRow>`
    select source as "packedSource", source_bytes as "sourceBytes", mail_from as "mailFrom", client_address as "clientAddress", helo,
           is_encrypted as "isEncrypted", fields
    from inbound_sources where server_id = ${serverId} and source_id = ${sourceId}`;
  return rows[0];
}

type MessageRow = Omit<StoredInbound, keyof InboundDescription> & {
  fromName: string;
  fromAddress: string;
  mailboxes: { to?: InboundMailbox[]; cc?: InboundMailbox[]; bcc?: InboundMailbox[] };
  replyTo: string;
  subject: string;
  date: string;
  tag: string;
  attachments: AttachmentSummary[] | null;
};

const messageColumns = sql`
  m.server_id as "serverId", m.message_id as "messageId", m.source_id as "sourceId", m.received_at as "receivedAt",
  m.recipient, m.mailbox_hash as "mailboxHash", m.mail_from as "mailFrom", m.status, m.blocked_reason as "blockedReason",
  m.processed_at as "processedAt", m.spam_score as "spamScore", m.from_name as "fromName", m.from_address as "fromAddress",
  m.mailboxes, m.reply_to as "replyTo", m.subject, m.date, m.tag, m.attachments`;

function toStored({ fromName, fromAddress, mailboxes, attachments, ...row }: MessageRow): StoredInbound {
  const { to = [], cc = [], bcc = [] } = mailboxes;
  return { ...row, from: { name: fromName, address: fromAddress }, to, cc, bcc, attachments: attachments ?? [] };
}

export async function findMessage(
  db: Queryable,
  { serverId, messageId }: InboundMessageKey,
): Promise<StoredInbound | undefined> {
  const rows = await db.query<MessageRow>`
    select ${messageColumns} from inbound_messages m where m.server_id = ${serverId} and m.message_id = ${messageId}`;
  return rows[0] && toStored(rows[0]);
}

/** The row stays locked until the transaction ends, so that two calls about it cannot interleave. */
export async function lockMessage(
  tx: Tx,
  { serverId, messageId }: InboundMessageKey,
): Promise<StoredInbound | undefined> {
  const rows = await tx.query<MessageRow>`
    select ${messageColumns} from inbound_messages m
    where m.server_id = ${serverId} and m.message_id = ${messageId}
    for no key update`;
  return rows[0] && toStored(rows[0]);
}

export type InboundSearch = {
  serverId: number;
  /** Inclusive and exclusive bounds of the message id: the dates of the search. */
  lowerId: string;
  upperId: string;
  /** None: in any status. */
  statuses: readonly InboundStatus[];
  /** An address key: of the envelope, To, Cc. */
  recipientKey?: string | undefined;
  fromKey?: string | undefined;
  subjectPart?: string | undefined;
  mailboxHash?: string | undefined;
  tag?: string | undefined;
};

function searchConditions(search: InboundSearch): Sql {
  const { serverId, lowerId, upperId, statuses } = search;
  const conditions = [sql`m.server_id = ${serverId} and m.message_id >= ${lowerId} and m.message_id < ${upperId}`];
  if (statuses.length > 0) conditions.push(sql`m.status = any (${[...statuses]}::text[])`);
  if (search.fromKey !== undefined) conditions.push(sql`m.from_key = ${search.fromKey}`);
  // The indexes leave out what is empty, so the empty text is excluded in words.
  if (search.mailboxHash !== undefined)
    conditions.push(sql`m.mailbox_hash = ${search.mailboxHash} and m.mailbox_hash <> ''`);
  if (search.tag !== undefined) conditions.push(sql`lower(m.tag) = lower(${search.tag}) and m.tag <> ''`);
  if (search.subjectPart !== undefined)
    conditions.push(sql`strpos(lower(m.subject), lower(${search.subjectPart})) > 0`);
  if (search.recipientKey !== undefined) {
    conditions.push(sql`m.message_id in (
      select r.message_id from inbound_recipients r
      where r.server_id = ${serverId} and r.address_key = ${search.recipientKey}
        and r.message_id >= ${lowerId} and r.message_id < ${upperId})`);
  }
  return join(conditions, ' and ');
}

/** Newest first. */
export async function searchMessages(
  db: Queryable,
  search: InboundSearch,
  page: { count: number; offset: number },
): Promise<StoredInbound[]> {
  const rows = await db.query<MessageRow>`
    select ${messageColumns}
    from inbound_messages m
    where ${searchConditions(search)}
    order by m.message_id desc
    limit ${page.count} offset ${page.offset}`;
  return rows.map(toStored);
}

/** `stopAt` undefined counts all; otherwise counting ends there, so that a rare filter over much mail stays quick. */
export async function countMessages(db: Queryable, search: InboundSearch, stopAt: number | undefined): Promise<number> {
  const limit = stopAt === undefined ? empty : sql`limit ${stopAt}`;
  const rows = await db.query<{ count: number }>`
    select count(*)::int as count
    from (select 1 from inbound_messages m where ${searchConditions(search)} ${limit}) as found`;
  return rows[0]?.count ?? 0;
}

/** Ids of messages from this address, or with it among the recipients; ascending. */
export async function listMessagesAbout(
  tx: Tx,
  serverId: number,
  addressKey: string,
  { afterMessageId, upperMessageId }: { afterMessageId: string; upperMessageId: string },
  limit: number,
): Promise<string[]> {
  const rows = await tx.query<{ messageId: string }>`
    (select message_id as "messageId" from inbound_messages
     where server_id = ${serverId} and from_key = ${addressKey}
       and message_id > ${afterMessageId} and message_id < ${upperMessageId}
     order by message_id limit ${limit})
    union
    (select message_id from inbound_recipients
     where server_id = ${serverId} and address_key = ${addressKey}
       and message_id > ${afterMessageId} and message_id < ${upperMessageId}
     order by message_id limit ${limit})
    order by 1 limit ${limit}`;
  return rows.map(row => row.messageId);
}

const oneHourInMilliseconds = 3_600_000;

/** With their sources, where no other message needs them. `messages` is not empty; those that are no inbound mail are left alone. */
export async function deleteMessages(tx: Tx, messages: readonly InboundMessageKey[]): Promise<void> {
  const ids = messages.map(message => message.messageId).toSorted();
  const [lowest, highest] = [ids[0], ids.at(-1)];
  const keys = sql`select * from unnest(${messages.map(each => each.serverId)}::bigint[], ${messages.map(each => each.messageId)}::uuid[])`;
  const gone = await tx.query<SourceKey>`
    delete from inbound_messages
    where (server_id, message_id) in (${keys}) and message_id >= ${lowest} and message_id <= ${highest}
    returning server_id as "serverId", source_id as "sourceId"`;
  if (gone.length === 0) return;
  await tx.query`
    delete from inbound_recipients
    where (server_id, message_id) in (${keys}) and message_id >= ${lowest} and message_id <= ${highest}`;
  const sourceIds = gone.map(each => each.sourceId).toSorted();
  // The ids of a source's messages were made together with its own, within moments.
  const latest = timeOfUuidV7(sourceIds.at(-1) ?? '').getTime() + oneHourInMilliseconds;
  await tx.query`
    delete from inbound_sources s
    where (s.server_id, s.source_id) in (
        select * from unnest(${gone.map(each => each.serverId)}::bigint[], ${gone.map(each => each.sourceId)}::uuid[]))
      and s.source_id >= ${sourceIds[0]} and s.source_id <= ${sourceIds.at(-1)}
      and not exists (
        select 1 from inbound_messages m where m.server_id = s.server_id and m.source_id = s.source_id
          and m.message_id >= ${sourceIds[0]} and m.message_id < ${firstUuidV7Of(new Date(latest))})`;
}

export type InboundRule = { ruleId: number; rule: string };

/** Undefined when the server has this rule. */
export async function insertRule(tx: Tx, serverId: number, rule: string, now: Date): Promise<number | undefined> {
  const rows = await tx.query<{ ruleId: number }>`
    insert into inbound_rules (server_id, rule, created_at) values (${serverId}, ${rule}, ${now})
    on conflict (server_id, rule) do nothing
    returning rule_id as "ruleId"`;
  return rows[0]?.ruleId;
}

/** Oldest first. */
export async function listRules(
  db: Queryable,
  serverId: number,
  page: { count: number; offset: number },
): Promise<InboundRule[]> {
  return db.query<InboundRule>`
    select rule_id as "ruleId", rule from inbound_rules
    where server_id = ${serverId}
    order by rule_id
    limit ${page.count} offset ${page.offset}`;
}

export async function countRules(db: Queryable, serverId: number): Promise<number> {
  const rows = await db.query<{ count: number }>`
    select count(*)::int as count from inbound_rules where server_id = ${serverId}`;
  return rows[0]?.count ?? 0;
}

/** Answers its text; undefined when the server has no such rule. */
export async function deleteRule(tx: Tx, serverId: number, ruleId: number): Promise<string | undefined> {
  const rows = await tx.query<{ rule: string }>`
    delete from inbound_rules where server_id = ${serverId} and rule_id = ${ruleId} returning rule`;
  return rows[0]?.rule;
}

/** Which of these rules there are, for many servers in one statement. */
export async function findRules(
  db: Queryable,
  wanted: readonly { serverId: number; rule: string }[],
): Promise<{ serverId: number; rule: string }[]> {
  return db.query<{ serverId: number; rule: string }>`
    select server_id as "serverId", rule from inbound_rules
    where (server_id, rule) in (
      select * from unnest(${wanted.map(each => each.serverId)}::bigint[], ${wanted.map(each => each.rule)}::text[]))`;
}

/** Only from one of these statuses. */
export type StatusChange = InboundMessageKey & { status: InboundStatus; from: readonly InboundStatus[] };

/** Answers those that were changed. Locks in the order of ids. `changes` is not empty, and has each message once. */
export async function updateStatuses(tx: Tx, changes: readonly StatusChange[]): Promise<StoredInbound[]> {
  const ids = changes.map(each => each.messageId).toSorted();
  const rows = await tx.query<MessageRow>`
    with given as (
      select * from unnest(${changes.map(each => each.serverId)}::bigint[], ${changes.map(each => each.messageId)}::uuid[],
                           ${changes.map(each => each.status)}::text[], ${changes.map(each => each.from.join())}::text[])
        as given (server_id, message_id, status, from_statuses)
    ), locked as (
      select m.server_id, m.message_id, given.status as new_status
      from inbound_messages m
      join given on m.server_id = given.server_id and m.message_id = given.message_id
      where m.message_id >= ${ids[0]} and m.message_id <= ${ids.at(-1)}
        and m.status = any (string_to_array(given.from_statuses, ','))
      order by m.message_id
      for no key update of m
    )
    update inbound_messages m
    set status = locked.new_status
    from locked
    where m.server_id = locked.server_id and m.message_id = locked.message_id
      and m.message_id >= ${ids[0]} and m.message_id <= ${ids.at(-1)}
    returning ${messageColumns}`;
  return rows.map(toStored);
}

/**
 * Puts a message back among the work, as if it had just come. Who is reading the same source for another message does not know
 * of this one: counting an attempt ends his claim, so that the source is read once more for both.
 */
export async function requeueMessage(
  tx: Tx,
  { serverId, messageId, sourceId }: InboundMessageKey & SourceKey,
  now: Date,
): Promise<void> {
  await tx.query`
    insert into inbound_queue (server_id, source_id, message_ids, source_bytes, due_at)
    select server_id, source_id, array[${messageId}::uuid], source_bytes, ${now}
    from inbound_sources where server_id = ${serverId} and source_id = ${sourceId}
    on conflict (server_id, source_id) do update
    set message_ids = array(select distinct unnest(inbound_queue.message_ids || excluded.message_ids) order by 1),
        attempts = inbound_queue.attempts + (inbound_queue.owner_process is not null)::int`;
}

/** Recipients of the envelope by message id; `sources` is not empty. */
export async function listRecipients(
  db: Queryable,
  sources: readonly { serverId: number; messageIds: readonly string[] }[],
): Promise<ReadonlyMap<string, string>> {
  const messages = sources.flatMap(({ serverId, messageIds }) =>
    messageIds.map(messageId => ({ serverId, messageId })),
  );
  const ids = messages.map(each => each.messageId).toSorted();
  const rows = await db.prepared<{ messageId: string; recipient: string }>(
    'list_inbound_recipients',
    listRecipientsText,
    [messages.map(each => each.serverId), messages.map(each => each.messageId), ids[0], ids.at(-1)],
  );
  return new Map(rows.map(row => [row.messageId, row.recipient]));
}

const listRecipientsText = `
  select message_id as "messageId", recipient from inbound_messages
  where (server_id, message_id) in (select * from unnest($1::bigint[], $2::uuid[])) and message_id >= $3 and message_id <= $4`;

/** A message as it was read. */
export type MessageToRecord = InboundDescription &
  InboundMessageKey &
  SourceKey & {
    status: InboundStatus;
    blockedReason: string | null;
    spamScore: number | null;
    fromKey: string;
    /** Of To and Cc. */
    recipientKeys: readonly string[];
  };

export type SourceToFinish = ClaimedSource & { fields: readonly HeaderField[] };

const finishSourcesText = `
  with mine as (
    delete from inbound_queue q
    using unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::int[]) as done (server_id, source_id, owner_process, attempts)
    where q.server_id = done.server_id and q.source_id = done.source_id and q.owner_process = done.owner_process
      and q.attempts = done.attempts
    returning q.server_id, q.source_id
  ), told as (
    update inbound_sources s
    set fields = given.fields
    from unnest($1::bigint[], $2::uuid[], $5::jsonb[]) as given (server_id, source_id, fields)
    join mine using (server_id, source_id)
    where s.server_id = given.server_id and s.source_id = given.source_id and s.source_id >= $6 and s.source_id <= $7
  ), described as (
    update inbound_messages m
    set status = given.status, blocked_reason = given.blocked_reason, processed_at = $8, spam_score = given.spam_score,
        from_name = given.from_name, from_address = given.from_address, from_key = given.from_key,
        mailboxes = given.mailboxes, reply_to = given.reply_to, subject = given.subject, date = given.date,
        tag = given.tag, attachments = given.attachments
    from unnest($9::bigint[], $10::uuid[], $11::uuid[], $12::text[], $13::text[], $14::real[], $15::text[], $16::text[],
                $17::text[], $18::jsonb[], $19::text[], $20::text[], $21::text[], $22::text[], $23::jsonb[])
      as given (server_id, message_id, source_id, status, blocked_reason, spam_score, from_name, from_address, from_key,
                mailboxes, reply_to, subject, date, tag, attachments)
    join mine using (server_id, source_id)
    where m.server_id = given.server_id and m.message_id = given.message_id
      and m.message_id >= $24 and m.message_id <= $25
    returning m.server_id, m.message_id
  ), found_by as (
    insert into inbound_recipients (server_id, message_id, address_key)
    select key.server_id, key.message_id, key.address_key
    from unnest($26::bigint[], $27::uuid[], $28::text[]) as key (server_id, message_id, address_key)
    join described using (server_id, message_id)
    on conflict do nothing
  )
  select message_id as "messageId" from described`;

/**
 * Ends the open work on these sources, and says of their messages what was read, where the claim still counts. Answers the ids
 * of the messages that were described. `sources` is not empty.
 */
export async function finishSources(
  tx: Tx,
  sources: readonly SourceToFinish[],
  messages: readonly MessageToRecord[],
  now: Date,
): Promise<ReadonlySet<string>> {
  const sourceIds = sources.map(each => each.sourceId).toSorted();
  const messageIds = messages.map(each => each.messageId).toSorted();
  const keys = messages.flatMap(message => message.recipientKeys.map(key => ({ message, key })));
  const rows = await tx.prepared<{ messageId: string }>('finish_inbound_sources', finishSourcesText, [
    sources.map(each => each.serverId),
    sources.map(each => each.sourceId),
    sources.map(each => each.ownerProcess),
    sources.map(each => each.attempts),
    sources.map(each => JSON.stringify(each.fields)),
    sourceIds[0],
    sourceIds.at(-1),
    now,
    messages.map(each => each.serverId),
    messages.map(each => each.messageId),
    messages.map(each => each.sourceId),
    messages.map(each => each.status),
    messages.map(each => each.blockedReason),
    messages.map(each => each.spamScore),
    messages.map(each => each.from.name),
    messages.map(each => each.from.address),
    messages.map(each => each.fromKey),
    messages.map(({ to, cc, bcc }) => JSON.stringify({ to, cc, bcc })),
    messages.map(each => each.replyTo),
    messages.map(each => each.subject),
    messages.map(each => each.date),
    messages.map(each => each.tag),
    messages.map(({ attachments }) => (attachments.length === 0 ? null : JSON.stringify(attachments))),
    messageIds[0] ?? null,
    messageIds.at(-1) ?? null,
    keys.map(({ message }) => message.serverId),
    keys.map(({ message }) => message.messageId),
    keys.map(({ key }) => key),
  ]);
  return new Set(rows.map(row => row.messageId));
}

/** Ends the open work on a source. False when the claim is over. */
export async function deleteSource(
  tx: Tx,
  { serverId, sourceId, ownerProcess, attempts }: ClaimedSource,
): Promise<boolean> {
  const rows = await tx.query`
    delete from inbound_queue
    where server_id = ${serverId} and source_id = ${sourceId} and owner_process = ${ownerProcess} and attempts = ${attempts}
    returning 1`;
  return rows.length > 0;
}

/** Undefined when it is gone. */
export async function findSourceBytes(db: Queryable, { serverId, sourceId }: SourceKey): Promise<number | undefined> {
  const rows = await db.query<{ sourceBytes: number }>`
    select source_bytes as "sourceBytes" from inbound_sources where server_id = ${serverId} and source_id = ${sourceId}`;
  return rows[0]?.sourceBytes;
}
