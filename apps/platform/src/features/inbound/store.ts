// Every SQL statement on the tables of inbound mail. What is partitioned is partitioned by message or source id, so every
// statement carries bounds of it: without them PostgreSQL visits every partition.

import type { HeaderField, InboundMailbox } from '@pennyblack/email/inbound/inbound-mail.ts';
import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { joinBytes } from '@pennyblack/runtime/database/joined-bytes.ts';
import { empty, join, type Sql, sql } from '@pennyblack/runtime/database/sql.ts';
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
    update inbound_queue
    set owner_process = ${ownerProcess}, attempts = attempts + 1
    where (server_id, source_id) in (
      select server_id, source_id from (
        (select server_id, source_id, due_at from inbound_queue
         where owner_process is null and due_at <= ${now}
         order by due_at limit ${limit} for update skip locked)
        union all
        (select server_id, source_id, due_at from inbound_queue
         where owner_process = ${ownerProcess} and source_id <> all (${[...inHand]}::uuid[])
         limit ${limit} for update skip locked)
      ) as free
      order by due_at limit ${limit})
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

export type SourceRow = InboundEnvelope & { packedSource: Buffer; fields: HeaderField[] | null };

/** Undefined when it is gone with its retention time, or with its sender's data. */
export async function findSource(db: Queryable, { serverId, sourceId }: SourceKey): Promise<SourceRow | undefined> {
  const rows = await db.query<SourceRow>`
    select source as "packedSource", mail_from as "mailFrom", client_address as "clientAddress", helo,
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
  if (search.mailboxHash !== undefined) conditions.push(sql`m.mailbox_hash = ${search.mailboxHash}`);
  if (search.tag !== undefined) conditions.push(sql`lower(m.tag) = lower(${search.tag})`);
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
  // The ids of a source's messages were made together with its own.
  await tx.query`
    delete from inbound_sources s
    where (s.server_id, s.source_id) in (
        select * from unnest(${gone.map(each => each.serverId)}::bigint[], ${gone.map(each => each.sourceId)}::uuid[]))
      and s.source_id >= ${sourceIds[0]} and s.source_id <= ${sourceIds.at(-1)}
      and not exists (
        select 1 from inbound_messages m where m.server_id = s.server_id and m.source_id = s.source_id
          and m.message_id >= ${sourceIds[0]})`;
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

export type StatusChange = InboundMessageKey & { status: InboundStatus };

/** Answers those that exist, with what a report about them says. Locks in the order of ids. `changes` is not empty. */
export async function updateStatuses(tx: Tx, changes: readonly StatusChange[]): Promise<StoredInbound[]> {
  const sorted = changes.toSorted((a, b) => (a.messageId < b.messageId ? -1 : 1));
  const rows = await tx.query<MessageRow>`
    update inbound_messages m
    set status = given.status
    from unnest(${sorted.map(each => each.serverId)}::bigint[], ${sorted.map(each => each.messageId)}::uuid[],
                ${sorted.map(each => each.status)}::text[]) as given (server_id, message_id, status)
    where m.server_id = given.server_id and m.message_id = given.message_id
      and m.message_id >= ${sorted[0]?.messageId} and m.message_id <= ${sorted.at(-1)?.messageId}
    returning ${messageColumns}`;
  return rows.map(toStored);
}

/** Puts a message back among the work, as if it had just come. */
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
    set message_ids = array(select distinct unnest(inbound_queue.message_ids || excluded.message_ids) order by 1)`;
}
