// Every SQL statement on idempotency_keys.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';

export type KeyRow = {
  serverId: number;
  keyHash: Buffer;
  itemNumber: number;
  requestHash: Buffer;
  sealedResult: Buffer;
};

export type KeyPlace = Pick<KeyRow, 'serverId' | 'keyHash' | 'itemNumber'>;

const keyColumns = `
  server_id as "serverId", key_hash as "keyHash", item_number as "itemNumber", request_hash as "requestHash",
  sealed_result as "sealedResult"`;

const insertKeysText = `
  insert into idempotency_keys (server_id, key_hash, item_number, request_hash, sealed_result, created_at)
  select server_id, key_hash, item_number, request_hash, sealed_result, $6::timestamptz
  from unnest($1::bigint[], $2::bytea[], $3::smallint[], $4::bytea[], $5::bytea[])
    with ordinality as row (server_id, key_hash, item_number, request_hash, sealed_result, place)
  order by place
  on conflict do nothing
  returning server_id as "serverId", key_hash as "keyHash", item_number as "itemNumber"`;

/**
 * The rows must be sorted, so that two transactions with the same keys wait for each other in the same order. Waits for
 * transactions under way that insert the same keys. Answers the rows that were not there before.
 */
export async function insertKeys(tx: Queryable, rows: readonly KeyRow[], now: Date): Promise<KeyPlace[]> {
  return tx.prepared<KeyPlace>('insert_idempotency_keys', insertKeysText, [
    rows.map(row => row.serverId),
    rows.map(row => row.keyHash),
    rows.map(row => row.itemNumber),
    rows.map(row => row.requestHash),
    rows.map(row => row.sealedResult),
    now,
  ]);
}

const readKeysText = `
  select ${keyColumns}
  from idempotency_keys
  where (server_id, key_hash, item_number) in (select * from unnest($1::bigint[], $2::bytea[], $3::smallint[]))`;

/** What is stored under these keys. */
export async function readKeys(tx: Tx, places: readonly KeyPlace[]): Promise<KeyRow[]> {
  return tx.prepared<KeyRow>('read_idempotency_keys', readKeysText, [
    places.map(place => place.serverId),
    places.map(place => place.keyHash),
    places.map(place => place.itemNumber),
  ]);
}

const readRequestText = `
  select ${keyColumns} from idempotency_keys where server_id = $1 and key_hash = $2`;

/** Everything that is stored of one request. */
export async function readKeysOfRequest(db: Queryable, serverId: number, keyHash: Buffer): Promise<KeyRow[]> {
  return db.prepared<KeyRow>('read_keys_of_request', readRequestText, [serverId, keyHash]);
}

/** Answers how many went, at most `limit`. */
export async function deleteKeysBefore(db: Queryable, before: Date, limit: number): Promise<number> {
  const rows = await db.query`
    delete from idempotency_keys
    where ctid = any (array(
      select ctid from idempotency_keys where created_at < ${before} limit ${limit} for update skip locked))
    returning 1`;
  return rows.length;
}
