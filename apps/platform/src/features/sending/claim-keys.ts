// Writes the results of requests that came with a key, in the transaction that makes them true: the first one wins, and
// everybody after it is given what is stored.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import type { KeyedItem } from './idempotency-key.ts';
import { openResult, sealResult } from './sealed-result.ts';
import type { SendResult } from './send-result.ts';
import { insertKeys, type KeyPlace, type KeyRow, readKeys, readKeysOfRequest } from './store.ts';

export type ClaimedResult = { serverId: number; keyed: KeyedItem; result: SendResult };

export type StoredResult =
  | { kind: 'stored'; result: SendResult }
  /** The key was used for another request. */
  | { kind: 'other_request' };

function placeOf({ serverId, keyed }: ClaimedResult): KeyPlace {
  return { serverId, keyHash: keyed.keyHash, itemNumber: keyed.itemNumber };
}

function nameOf({ serverId, keyHash, itemNumber }: KeyPlace): string {
  return `${serverId} ${keyHash.toString('hex')} ${itemNumber}`;
}

function compare(one: ClaimedResult, other: ClaimedResult): number {
  return (
    one.serverId - other.serverId ||
    Buffer.compare(one.keyed.keyHash, other.keyed.keyHash) ||
    one.keyed.itemNumber - other.keyed.itemNumber
  );
}

/**
 * One answer for each claim, in their order: undefined for those that are the first, what is stored for the others, whose
 * work must not be done. Waits for transactions under way with the same keys.
 */
export async function claimKeys(
  tx: Tx,
  claims: readonly ClaimedResult[],
  now: Date,
): Promise<(StoredResult | undefined)[]> {
  const sorted = claims.toSorted(compare);
  // A key that stands here twice is won by its first place only.
  const won = new Set((await insertKeys(tx, sorted.map(rowOf), now)).map(nameOf));
  const isWon = claims.map(claim => won.delete(nameOf(placeOf(claim))));
  const lost = claims.filter((_, position) => !isWon[position]);
  if (lost.length === 0) return claims.map(() => undefined);
  const stored = await readLost(tx, lost, now);
  return claims.map((_, position) => (isWon[position] ? undefined : stored.shift()));
}

async function readLost(tx: Tx, lost: readonly ClaimedResult[], now: Date): Promise<(StoredResult | undefined)[]> {
  const rows = new Map((await readKeys(tx, lost.map(placeOf))).map(row => [nameOf(row), row]));
  // A day-old row may be deleted between the two statements: then the key is free again.
  const gone = lost.filter(claim => !rows.has(nameOf(placeOf(claim))));
  const again = gone.length > 0 ? await claimKeys(tx, gone, now) : [];
  return lost.map(claim => {
    const row = rows.get(nameOf(placeOf(claim)));
    return row ? readStored(row, claim.keyed) : again.shift();
  });
}

function rowOf({ serverId, keyed, result }: ClaimedResult): KeyRow {
  return {
    serverId,
    keyHash: keyed.keyHash,
    itemNumber: keyed.itemNumber,
    requestHash: keyed.storedHash,
    sealedResult: sealResult(keyed.sealingKey, result),
  };
}

export function readStored(row: KeyRow, keyed: KeyedItem): StoredResult {
  if (!row.requestHash.equals(keyed.storedHash)) return { kind: 'other_request' };
  return { kind: 'stored', result: openResult(keyed.sealingKey, row.sealedResult) };
}

/** What is stored for a request that came before; undefined where nothing is. */
export async function findStored(db: Queryable, serverId: number, keyed: KeyedItem): Promise<StoredResult | undefined> {
  const rows = await readKeysOfRequest(db, serverId, keyed.keyHash);
  const row = rows.find(each => each.itemNumber === keyed.itemNumber);
  return row && readStored(row, keyed);
}

/** For one piece of work in a transaction of its own, such as a bulk request. Undefined: it is the first, and may be done. */
export async function claimKey(
  tx: Tx,
  serverId: number,
  keyed: KeyedItem,
  result: SendResult,
  now: Date,
): Promise<StoredResult | undefined> {
  const [stored] = await claimKeys(tx, [{ serverId, keyed, result }], now);
  return stored;
}
