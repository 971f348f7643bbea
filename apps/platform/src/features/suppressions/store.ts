// Every SQL statement on suppressions, hashed_suppressions and suppression_salt.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { raw, type Sql, sql } from '@pennyblack/runtime/database/sql.ts';
import type { Suppression } from './suppression.ts';

export type SuppressionKey = { serverId: number; streamId: string; addressKey: string };

/** SQL for what hashed_suppressions keeps of an address key. PostgreSQL hashes one in half a microsecond. */
const hashOf = (addressKey: string) =>
  `sha256((select salt from suppression_salt) || convert_to(${addressKey}, 'UTF8'))`;

const findSuppressedText = `
  with wanted as materialized (
    select * from unnest($1::bigint[], $2::text[], $3::text[])
      with ordinality as row (server_id, stream_id, address_key, position)
  )
  select position::int from wanted join suppressions using (server_id, stream_id, address_key)
  union all
  select position::int
  from wanted
  join hashed_suppressions hashed on hashed.server_id = wanted.server_id and hashed.stream_id = wanted.stream_id
    and hashed.address_hash = ${hashOf('wanted.address_key')}`;

/**
 * Positions (from 0) of the keys that are suppressed, in clear or as a hash; one that is both stands there twice. One
 * statement, however many keys.
 */
export async function findSuppressedPositions(db: Queryable, keys: readonly SuppressionKey[]): Promise<number[]> {
  const rows = await db.prepared<{ position: number }>('find_suppressed', findSuppressedText, [
    keys.map(key => key.serverId),
    keys.map(key => key.streamId),
    keys.map(key => key.addressKey),
  ]);
  return rows.map(row => row.position - 1);
}

/** Answers the rows that are new. Sorted by key, because two transactions that insert the same rows in another order would wait for each other for ever. */
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
    insert into suppressions (server_id, stream_id, address_key, email_address, reason, origin, created_at)
    select row.server_id, row.stream_id, row.address_key, row.email_address, row.reason, row.origin, ${now}
    from unnest(
      ${sorted.map(row => row.serverId)}::bigint[], ${sorted.map(row => row.streamId)}::text[],
      ${sorted.map(row => row.addressKey)}::text[], ${sorted.map(row => row.emailAddress)}::text[],
      ${sorted.map(row => row.reason)}::text[], ${sorted.map(row => row.origin)}::text[]
    ) as row (server_id, stream_id, address_key, email_address, reason, origin)
    where not exists (
      select 1 from hashed_suppressions hashed
      where hashed.server_id = row.server_id and hashed.stream_id = row.stream_id
        and hashed.address_hash = ${raw(hashOf('row.address_key'))})
    on conflict (server_id, stream_id, address_key) do nothing
    returning server_id as "serverId", stream_id as "streamId", address_key as "addressKey"`;
}

export async function deleteSuppression(tx: Tx, key: SuppressionKey): Promise<boolean> {
  const rows = await tx.query`
    with lifted as (
      delete from suppressions
      where server_id = ${key.serverId} and stream_id = ${key.streamId} and address_key = ${key.addressKey}
      returning 1
    ), lifted_hashed as (
      delete from hashed_suppressions
      where server_id = ${key.serverId} and stream_id = ${key.streamId}
        and address_hash = ${hashed(key.addressKey)}
      returning 1
    )
    select from lifted union all select from lifted_hashed`;
  return rows.length > 0;
}

/** A fragment that stands for what hashed_suppressions keeps of an address key. */
function hashed(addressKey: string): Sql {
  return sql`sha256((select salt from suppression_salt) || convert_to(${addressKey}::text, 'UTF8'))`;
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
      select server_id, stream_id, ${hashed(addressKey)}, reason, origin, created_at
      from gone
      order by server_id, stream_id
      on conflict do nothing
    )
    select from gone`;
  return rows.length;
}
