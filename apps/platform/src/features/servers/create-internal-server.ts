// Creates a live server that nobody can call as: it has no token. Its streams are made by the caller, in the same transaction.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { insertServer } from './store.ts';

export async function createInternalServer(
  tx: Tx,
  server: { accountId: number; name: string },
  now: Date,
): Promise<number> {
  return insertServer(tx, { ...server, deliveryType: 'Live', color: 'grey' }, now);
}
