// Every SQL statement on bounces.

import type { BounceTypeName } from '@pennyblack/email/bounces/bounce-types.ts';
import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { join, sql } from '@pennyblack/runtime/database/sql.ts';
import { isSuppressedCondition } from '../suppressions/find-suppressed.ts';
import type { NewBounce, StoredBounce } from './bounce.ts';

export type NewBounceRow = NewBounce & {
  host: string;
  ip: string;
  isReported: boolean;
  isInactive: boolean;
  canActivate: boolean;
};

/** Answers the ids in the order of the bounces. */
export async function insertBounces(tx: Tx, bounces: readonly NewBounceRow[], now: Date): Promise<number[]> {
  const ids = await tx.query<{ bounceId: number }>`
    select nextval('bounce_ids') as "bounceId" from generate_series(1, ${bounces.length}::int)`;
  const bounceIds = ids.map(row => row.bounceId);
  await tx.query`
    insert into bounces (server_id, bounce_id, message_id, recipient_number, stream_id, type, email_address, address_key,
                         from_address, subject, tag, details, bounced_at, is_inactive, can_activate, host, ip,
                         is_reported)
    select row.server_id, row.bounce_id, row.message_id, row.recipient_number, row.stream_id, row.type, row.email_address,
           row.address_key, row.from_address, row.subject, row.tag, row.details, ${now}, row.is_inactive, row.can_activate,
           row.host, row.ip, row.is_reported
    from unnest(
      ${bounces.map(bounce => bounce.serverId)}::bigint[], ${bounceIds}::bigint[],
      ${bounces.map(bounce => bounce.messageId)}::uuid[], ${bounces.map(bounce => bounce.recipientNumber)}::smallint[],
      ${bounces.map(bounce => bounce.streamId)}::text[], ${bounces.map(bounce => bounce.type)}::text[],
      ${bounces.map(bounce => bounce.emailAddress)}::text[], ${bounces.map(bounce => bounce.addressKey)}::text[],
      ${bounces.map(bounce => bounce.fromAddress)}::text[], ${bounces.map(bounce => bounce.subject)}::text[],
      ${bounces.map(bounce => bounce.tag)}::text[], ${bounces.map(bounce => bounce.details)}::text[],
      ${bounces.map(bounce => bounce.isInactive)}::boolean[], ${bounces.map(bounce => bounce.canActivate)}::boolean[],
      ${bounces.map(bounce => bounce.host)}::text[], ${bounces.map(bounce => bounce.ip)}::text[],
      ${bounces.map(bounce => bounce.isReported)}::boolean[]
    ) as row (server_id, bounce_id, message_id, recipient_number, stream_id, type, email_address, address_key,
              from_address, subject, tag, details, is_inactive, can_activate, host, ip, is_reported)`;
  return bounceIds;
}

export async function insertDumps(
  tx: Tx,
  dumps: readonly { serverId: number; bounceId: number; source: Buffer }[],
  now: Date,
): Promise<void> {
  await tx.query`
    insert into bounce_dumps (server_id, bounce_id, stored_at, source)
    select row.server_id, row.bounce_id, ${now}, row.source
    from unnest(${dumps.map(dump => dump.serverId)}::bigint[], ${dumps.map(dump => dump.bounceId)}::bigint[],
                ${dumps.map(dump => dump.source)}::bytea[]) as row (server_id, bounce_id, source)`;
}

/** Deletes at most `limit` reports older than `before`. Answers how many. */
export async function deleteOldDumps(db: Queryable, before: Date, limit: number): Promise<number> {
  const rows = await db.query`
    delete from bounce_dumps where (server_id, bounce_id) in (
      select server_id, bounce_id from bounce_dumps where stored_at < ${before} limit ${limit})
    returning 1`;
  return rows.length;
}

/** Deletes at most `limit` bounces older than `before`. Answers how many. */
export async function deleteOldBounces(db: Queryable, before: Date, limit: number): Promise<number> {
  const rows = await db.query`
    delete from bounces where (server_id, bounce_id) in (
      select server_id, bounce_id from bounces where bounced_at < ${before} limit ${limit})
    returning 1`;
  return rows.length;
}

/** What a bounce says in words. */
export type BounceText = { bounceId: number } & Pick<
  NewBounce,
  'serverId' | 'emailAddress' | 'addressKey' | 'fromAddress' | 'subject' | 'tag' | 'details'
>;

const bounceTextColumns = sql`
  server_id as "serverId", bounce_id as "bounceId", email_address as "emailAddress", address_key as "addressKey",
  from_address as "fromAddress", subject, tag, details`;

export async function listBounceTextsOfMessages(
  tx: Tx,
  messages: readonly { serverId: number; messageId: string }[],
): Promise<BounceText[]> {
  return tx.query<BounceText>`
    select ${bounceTextColumns}
    from bounces
    where (server_id, message_id) in (
      select * from unnest(${messages.map(row => row.serverId)}::bigint[], ${messages.map(row => row.messageId)}::uuid[]))`;
}

export async function listBounceTextsByAddress(
  tx: Tx,
  serverIds: readonly number[],
  addressKey: string,
  limit: number,
): Promise<BounceText[]> {
  return tx.query<BounceText>`
    select ${bounceTextColumns}
    from bounces
    where server_id = any (${serverIds}::bigint[]) and address_key = ${addressKey}
    limit ${limit}`;
}

export async function deleteDumps(tx: Tx, bounces: readonly { serverId: number; bounceId: number }[]): Promise<void> {
  await tx.query`
    delete from bounce_dumps
    where (server_id, bounce_id) in (
      select * from unnest(${bounces.map(row => row.serverId)}::bigint[], ${bounces.map(row => row.bounceId)}::bigint[]))`;
}

/** Nobody is left whose address could be activated again. */
export async function updateBounceTexts(tx: Tx, bounces: readonly BounceText[]): Promise<void> {
  for (const bounce of bounces) {
    await tx.query`
      update bounces
      set email_address = ${bounce.emailAddress}, address_key = ${bounce.addressKey}, from_address = ${bounce.fromAddress},
          subject = ${bounce.subject}, tag = ${bounce.tag}, details = ${bounce.details},
          can_activate = can_activate and address_key = ${bounce.addressKey}
      where server_id = ${bounce.serverId} and bounce_id = ${bounce.bounceId}`;
  }
}

export type BounceFilter = {
  streamId: string;
  type?: BounceTypeName | undefined;
  isInactive?: boolean | undefined;
  /** In lower case; a part of the address. */
  addressPart?: string | undefined;
  tag?: string | undefined;
  messageId?: string | undefined;
  /** First moment that is in, first moment that is out. */
  from?: Date | undefined;
  to?: Date | undefined;
};

const isInactive = sql`(b.is_inactive and ${isSuppressedCondition(sql`b.server_id`, sql`b.stream_id`, sql`b.address_key`)})`;

const columns = sql`b.server_id as "serverId", b.bounce_id as "bounceId", b.message_id as "messageId",
  b.recipient_number as "recipientNumber", b.stream_id as "streamId", b.type, b.email_address as "emailAddress",
  b.address_key as "addressKey", b.from_address as "fromAddress", b.subject, b.tag, b.details,
  b.bounced_at as "bouncedAt", b.host, b.ip, b.is_reported as "isReported", b.can_activate as "canActivate",
  ${isInactive} as "isInactive",
  exists (select 1 from bounce_dumps d where d.server_id = b.server_id and d.bounce_id = b.bounce_id) as "hasReport"`;

function conditionsOf(serverId: number, filter: BounceFilter) {
  const { streamId, type, addressPart, tag, messageId, from, to } = filter;
  const conditions = [
    sql`b.server_id = ${serverId} and b.stream_id = ${streamId}`,
    ...(type === undefined ? [] : [sql`b.type = ${type}`]),
    ...(filter.isInactive === undefined ? [] : [sql`${isInactive} = ${filter.isInactive}`]),
    ...(addressPart === undefined ? [] : [sql`position(${addressPart} in lower(b.email_address)) > 0`]),
    ...(tag === undefined ? [] : [sql`b.tag = ${tag}`]),
    ...(messageId === undefined ? [] : [sql`b.message_id = ${messageId}`]),
    ...(from === undefined ? [] : [sql`b.bounced_at >= ${from}`]),
    ...(to === undefined ? [] : [sql`b.bounced_at < ${to}`]),
  ];
  return join(conditions, ' and ');
}

export async function countBounces(db: Queryable, serverId: number, filter: BounceFilter): Promise<number> {
  const [row] = await db.query<{ count: number }>`
    select count(*)::int as count from bounces b where ${conditionsOf(serverId, filter)}`;
  return row?.count ?? 0;
}

/** Newest first. */
export async function searchBounces(
  db: Queryable,
  serverId: number,
  filter: BounceFilter,
  page: { count: number; offset: number },
): Promise<StoredBounce[]> {
  return db.query<StoredBounce>`
    select ${columns} from bounces b where ${conditionsOf(serverId, filter)}
    order by b.bounced_at desc, b.bounce_id desc limit ${page.count} offset ${page.offset}`;
}

/** Those that are there, in any order. */
export async function findBounceRows(
  db: Queryable,
  keys: readonly { serverId: number; bounceId: number }[],
): Promise<StoredBounce[]> {
  return db.query<StoredBounce>`
    select ${columns} from bounces b
    join unnest(${keys.map(key => key.serverId)}::bigint[], ${keys.map(key => key.bounceId)}::bigint[])
      as wanted (server_id, bounce_id) on wanted.server_id = b.server_id and wanted.bounce_id = b.bounce_id`;
}

export async function findDumps(
  db: Queryable,
  keys: readonly { serverId: number; bounceId: number }[],
): Promise<{ bounceId: number; source: Buffer }[]> {
  if (keys.length === 0) return [];
  return db.query<{ bounceId: number; source: Buffer }>`
    select d.bounce_id as "bounceId", d.source from bounce_dumps d
    join unnest(${keys.map(key => key.serverId)}::bigint[], ${keys.map(key => key.bounceId)}::bigint[])
      as wanted (server_id, bounce_id) on wanted.server_id = d.server_id and wanted.bounce_id = d.bounce_id`;
}

export async function listBounceTags(db: Queryable, serverId: number): Promise<string[]> {
  const rows = await db.query<{ tag: string }>`
    select distinct tag from bounces where server_id = ${serverId} and tag <> '' order by tag`;
  return rows.map(row => row.tag);
}

export async function countByType(
  db: Queryable,
  serverId: number,
): Promise<{ type: BounceTypeName; count: number; inactive: number }[]> {
  return db.query<{ type: BounceTypeName; count: number; inactive: number }>`
    select b.type, count(*)::int as count, (count(*) filter (where ${isInactive}))::int as inactive
    from bounces b where b.server_id = ${serverId} group by b.type`;
}

/** On any stream of the server; a bounce whose address was activated since does not count. */
export async function hasHardBounce(db: Queryable, serverId: number, addressKey: string): Promise<boolean> {
  const rows = await db.query`
    select 1 from bounces b
    where b.server_id = ${serverId} and b.address_key = ${addressKey} and b.type in ('HardBounce', 'BadEmailAddress')
      and ${isInactive}
    limit 1`;
  return rows.length > 0;
}

export async function findReboundToken(db: Queryable, serverId: number): Promise<string | undefined> {
  const [row] = await db.query<{ publicToken: string }>`
    select public_token as "publicToken" from rebound_tokens where server_id = ${serverId}`;
  return row?.publicToken;
}

export async function findReboundServer(db: Queryable, publicToken: string): Promise<number | undefined> {
  const [row] = await db.query<{ serverId: number }>`
    select server_id as "serverId" from rebound_tokens where public_token = ${publicToken}`;
  return row?.serverId;
}

/** In place of the one before. */
export async function upsertReboundToken(tx: Tx, serverId: number, publicToken: string, now: Date): Promise<void> {
  await tx.query`
    insert into rebound_tokens (server_id, public_token, created_at) values (${serverId}, ${publicToken}, ${now})
    on conflict (server_id) do update set public_token = excluded.public_token, created_at = excluded.created_at`;
}

export async function deleteReboundToken(tx: Tx, serverId: number): Promise<void> {
  await tx.query`delete from rebound_tokens where server_id = ${serverId}`;
}
