// Every SQL statement on suppressions, hashed_suppressions and suppression_salt.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { join, raw, type Sql, sql } from '@pennyblack/runtime/database/sql.ts';
import type { StoredSuppression, Suppression, SuppressionOrigin, SuppressionReason } from './suppression.ts';
import type { SuppressionList } from './suppression-list.ts';

export type SuppressionKey = { serverId: number; streamId: string; addressKey: string };

export type RecipientKey = SuppressionKey & { accountId: number };

/** SQL for what hashed_suppressions keeps of an address key. PostgreSQL hashes one in half a microsecond. */
const hashOf = (addressKey: string) =>
  `sha256((select salt from suppression_salt) || convert_to(${addressKey}, 'UTF8'))`;

const findSuppressedText = `
  with wanted as materialized (
    select row.position, list.server_id, list.stream_id, row.address_key
    from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[])
      with ordinality as row (server_id, stream_id, address_key, account_id, position)
    cross join lateral (
      values (row.server_id, row.stream_id), (row.server_id, '*'), (-row.account_id, '*')
    ) as list (server_id, stream_id)
  )
  select position::int from wanted join suppressions using (server_id, stream_id, address_key)
  union
  select position::int
  from wanted
  join hashed_suppressions hashed on hashed.server_id = wanted.server_id and hashed.stream_id = wanted.stream_id
    and hashed.address_hash = ${hashOf('wanted.address_key')}`;

/**
 * Positions (from 0) of the recipients that a list of their stream, server or account holds, in clear or as a hash. One
 * statement, however many.
 */
export async function findSuppressedPositions(db: Queryable, keys: readonly RecipientKey[]): Promise<number[]> {
  const rows = await db.prepared<{ position: number }>('find_suppressed', findSuppressedText, [
    keys.map(key => key.serverId),
    keys.map(key => key.streamId),
    keys.map(key => key.addressKey),
    keys.map(key => key.accountId),
  ]);
  return rows.map(row => row.position - 1);
}

/** True in a statement when the stream's own list holds the address. */
export function isSuppressedCondition(serverId: Sql, streamId: Sql, addressKey: Sql): Sql {
  return sql`exists (
    select 1 from suppressions s
    where s.server_id = ${serverId} and s.stream_id = ${streamId} and s.address_key = ${addressKey})`;
}

const columns = sql`server_id as "serverId", stream_id as "streamId", address_key as "addressKey",
  email_address as "emailAddress", reason, origin, created_at as "createdAt"`;

/** Those of the addresses that the list holds, in clear or as a hash, locked until the transaction ends. */
export async function lockSuppressions(
  tx: Tx,
  list: SuppressionList,
  addressKeys: readonly string[],
): Promise<StoredSuppression[]> {
  const inClear = await tx.query<StoredSuppression>`
    select ${columns} from suppressions
    where server_id = ${list.serverId} and stream_id = ${list.streamId} and address_key = any (${addressKeys}::text[])
    order by address_key for update`;
  // Of an erased person nobody knows any longer how the address was written.
  const asHash = await tx.query<StoredSuppression>`
    select h.server_id as "serverId", h.stream_id as "streamId", wanted.address_key as "addressKey",
      wanted.address_key as "emailAddress", h.reason, h.origin, h.created_at as "createdAt"
    from unnest(${addressKeys}::text[]) as wanted (address_key)
    join hashed_suppressions h on h.server_id = ${list.serverId} and h.stream_id = ${list.streamId}
      and h.address_hash = ${raw(hashOf('wanted.address_key'))}
    order by h.address_hash for update of h`;
  return [...inClear, ...asHash];
}

/** Of the addresses that the list holds, in clear or as a hash. False when it held none. */
export async function deleteSuppressions(
  tx: Tx,
  list: SuppressionList,
  addressKeys: readonly string[],
): Promise<boolean> {
  const rows = await tx.query`
    with lifted as (
      delete from suppressions
      where server_id = ${list.serverId} and stream_id = ${list.streamId} and address_key = any (${addressKeys}::text[])
      returning 1
    ), lifted_hashed as (
      delete from hashed_suppressions
      where server_id = ${list.serverId} and stream_id = ${list.streamId} and address_hash in (
        select ${raw(hashOf('wanted.address_key'))} from unnest(${addressKeys}::text[]) as wanted (address_key))
      returning 1
    )
    select from lifted union all select from lifted_hashed`;
  return rows.length > 0;
}

export type SuppressionFilter = {
  reason?: SuppressionReason | undefined;
  origin?: SuppressionOrigin | undefined;
  /** First moment that is in, first moment that is out. */
  from?: Date | undefined;
  to?: Date | undefined;
  addressKey?: string | undefined;
};

/** Newest first. */
export async function listSuppressions(
  db: Queryable,
  list: SuppressionList,
  filter: SuppressionFilter,
): Promise<StoredSuppression[]> {
  const { reason, origin, from, to, addressKey } = filter;
  const conditions = [
    sql`server_id = ${list.serverId} and stream_id = ${list.streamId}`,
    ...(reason === undefined ? [] : [sql`reason = ${reason}`]),
    ...(origin === undefined ? [] : [sql`origin = ${origin}`]),
    ...(from === undefined ? [] : [sql`created_at >= ${from}`]),
    ...(to === undefined ? [] : [sql`created_at < ${to}`]),
    ...(addressKey === undefined ? [] : [sql`address_key = ${addressKey}`]),
  ];
  return db.query<StoredSuppression>`
    select ${columns} from suppressions where ${join(conditions, ' and ')} order by created_at desc, address_key`;
}

/** In all lists of the server and of its account, newest first: addresses that hold `part`, which is in lower case. */
export async function searchSuppressions(
  db: Queryable,
  server: { serverId: number; accountListId: number },
  part: string,
  page: { count: number; offset: number },
): Promise<(StoredSuppression & { total: number })[]> {
  return db.query<StoredSuppression & { total: number }>`
    select ${columns}, count(*) over ()::int as total from suppressions
    where server_id in (${server.serverId}, ${server.accountListId}) and position(${part} in address_key) > 0
    order by created_at desc, address_key, stream_id
    limit ${page.count} offset ${page.offset}`;
}

/**
 * Answers the rows that are new or changed: the first reason stays, but a complaint takes the place of any other, because
 * nobody may lift it; so also where only the hash of the address is kept. Sorted by key, because two transactions that
 * insert the same rows in another order would wait for each other for ever.
 */
export async function insertSuppressions(
  tx: Tx,
  suppressions: readonly Suppression[],
  now: Date,
): Promise<SuppressionKey[]> {
  const sorted = suppressions.toSorted(
    (a, b) =>
      a.serverId - b.serverId ||
      (a.streamId < b.streamId ? -1 : a.streamId > b.streamId ? 1 : a.addressKey < b.addressKey ? -1 : 1),
  );
  return tx.query<SuppressionKey>`
    with row as materialized (
      select *, ${raw(hashOf('address_key'))} as address_hash
      from unnest(
        ${sorted.map(row => row.serverId)}::bigint[], ${sorted.map(row => row.streamId)}::text[],
        ${sorted.map(row => row.addressKey)}::text[], ${sorted.map(row => row.emailAddress)}::text[],
        ${sorted.map(row => row.reason)}::text[], ${sorted.map(row => row.origin)}::text[]
      ) as given (server_id, stream_id, address_key, email_address, reason, origin)
    ), complained as (
      update hashed_suppressions hashed set reason = row.reason, origin = row.origin, created_at = ${now}
      from row
      where hashed.server_id = row.server_id and hashed.stream_id = row.stream_id
        and hashed.address_hash = row.address_hash
        and row.reason = 'SpamComplaint' and hashed.reason <> 'SpamComplaint'
      returning row.server_id, row.stream_id, row.address_key
    ), created as (
      insert into suppressions (server_id, stream_id, address_key, email_address, reason, origin, created_at)
      select row.server_id, row.stream_id, row.address_key, row.email_address, row.reason, row.origin, ${now}
      from row
      where not exists (
        select 1 from hashed_suppressions hashed
        where hashed.server_id = row.server_id and hashed.stream_id = row.stream_id
          and hashed.address_hash = row.address_hash)
      on conflict (server_id, stream_id, address_key) do update
        set reason = excluded.reason, origin = excluded.origin, created_at = excluded.created_at
        where excluded.reason = 'SpamComplaint' and suppressions.reason <> 'SpamComplaint'
      returning server_id, stream_id, address_key
    )
    select server_id as "serverId", stream_id as "streamId", address_key as "addressKey" from created
    union all
    select server_id, stream_id, address_key from complained`;
}

/** The address goes, its hash stays. At most `limit` rows; answers how many. */
export async function hashSuppressions(
  tx: Tx,
  serverIds: readonly number[],
  addressKey: string,
  limit: number,
): Promise<number> {
  const rows = await tx.query`
    with gone as (
      delete from suppressions
      where (server_id, stream_id, address_key) in (
        select server_id, stream_id, address_key from suppressions
        where server_id = any (${serverIds}::bigint[]) and address_key = ${addressKey}
        order by server_id, stream_id
        limit ${limit})
      returning *
    ), kept as (
      insert into hashed_suppressions (server_id, stream_id, address_hash, reason, origin, created_at)
      select server_id, stream_id, ${raw(hashOf('address_key'))}, reason, origin, created_at
      from gone
      order by server_id, stream_id
      on conflict do nothing
    )
    select from gone`;
  return rows.length;
}
