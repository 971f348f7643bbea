// Stores a bulk request with all its entries in one transaction, a chunk of entries at a time.

import { CommitUncertain, type Pool, type Tx } from '@pennyblack/runtime/database/database.ts';
import { addressKeysOf } from './address-keys.ts';
import type { BulkEntry } from './bulk-request.ts';
import { packEntry } from './pack-bulk.ts';
import { insertEmptyRequest, insertEntries, insertRequest, type NewBulkRequest, type NewEntry } from './store.ts';

const rowsOfChunkMax = 5000;
const bytesOfChunkMax = 4 * 1024 * 1024;

/** `findEarlier` runs first in the transaction. What it finds is answered, and nothing is stored. */
export async function storeBulk<T>(
  db: Pool,
  request: NewBulkRequest,
  entries: readonly BulkEntry[],
  findEarlier: (tx: Tx) => Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    return await db.transaction(async tx => {
      const earlier = await findEarlier(tx);
      if (earlier !== undefined) return earlier;
      await insertRequest(tx, request);
      for await (const chunk of chunksOf(entries)) await insertEntries(tx, request.serverId, request.bulkId, chunk);
      return undefined;
    });
  } catch (error) {
    if (error instanceof CommitUncertain && (await isRequestStored(db, request))) return undefined;
    throw error;
  }
}

class RolledBack extends Error {}

/** Waits until a COMMIT that was not answered has ended one way or the other. */
async function isRequestStored(db: Pool, { serverId, bulkId }: NewBulkRequest): Promise<boolean> {
  let isFree = false;
  try {
    await db.transaction(async tx => {
      isFree = await insertEmptyRequest(tx, serverId, bulkId);
      throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
  return !isFree;
}

async function* chunksOf(entries: readonly BulkEntry[]): AsyncGenerator<NewEntry[]> {
  let chunk: NewEntry[] = [];
  let bytes = 0;
  for (const [entryNumber, entry] of entries.entries()) {
    const content = packEntry(entry);
    chunk.push({ entryNumber, addressKeys: addressKeysOf(entry), content });
    bytes += content.length;
    if (chunk.length < rowsOfChunkMax && bytes < bytesOfChunkMax) continue;
    yield chunk;
    chunk = [];
    bytes = 0;
  }
  if (chunk.length > 0) yield chunk;
}
