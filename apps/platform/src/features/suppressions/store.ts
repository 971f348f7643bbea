// Every SQL statement on suppressions.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import type { Suppression } from './suppression.ts';

export type SuppressionKey = { serverId: number; streamId: string; addressKey: string };

const findSuppressedText = `
  select wanted.position::int as position
  from unnest($1::bigint[], $2::text[], $3::text[]) with ordinality as wanted (server_id, stream_id, address_key, position)
  join suppressions using (server_id, stream_id, address_key)`;

/** Positions (from 0) of the keys that are suppressed. One statement, however many keys. */
export async function findSuppressedPositions(db: Queryable, keys: readonly SuppressionKey[]): Promise<number[]> {
  const rows = await db.prepared<{ position: number }>('find_suppressed', findSuppressedText, [
    keys.map(key => key.serverId),
    keys.map(key => key.streamId),
    keys.map(key => key.addressKey),
  ]);
  return rows.map(row => row.position - 1);
}

/**
 * Answers the rows that are new or changed: the first reason stays, but a complaint takes the place of any other, because
 * nobody may lift it. Sorted by key, because two transactions that insert the same rows in another order would wait for
 * each other for ever.
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
    insert into suppressions (server_id, stream_id, address_key, email_address, reason, origin, created_at)
    select row.server_id, row.stream_id, row.address_key, row.email_address, row.reason, row.origin, ${now}
    from unnest(
      ${sorted.map(row => row.serverId)}::bigint[], ${sorted.map(row => row.streamId)}::text[],
      ${sorted.map(row => row.addressKey)}::text[], ${sorted.map(row => row.emailAddress)}::text[],
      ${sorted.map(row => row.reason)}::text[], ${sorted.map(row => row.origin)}::text[]
    ) as row (server_id, stream_id, address_key, email_address, reason, origin)
    on conflict (server_id, stream_id, address_key) do update
      set reason = excluded.reason, origin = excluded.origin, created_at = excluded.created_at
      where excluded.reason = 'SpamComplaint' and suppressions.reason <> 'SpamComplaint'
    returning server_id as "serverId", stream_id as "streamId", address_key as "addressKey"`;
}

export async function deleteSuppression(tx: Tx, key: SuppressionKey): Promise<boolean> {
  const rows = await tx.query`
    delete from suppressions
    where server_id = ${key.serverId} and stream_id = ${key.streamId} and address_key = ${key.addressKey}
    returning 1`;
  return rows.length > 0;
}
