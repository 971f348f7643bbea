// Reads servers and their tokens for the operator's console.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import type { DeliveryType } from './server.ts';
import { listServerIds, listServers, listServersWithTokens } from './store.ts';

export type ServerWithToken = {
  serverId: number;
  accountId: number;
  name: string;
  deliveryType: DeliveryType;
  token: string;
};

/** Of all accounts, oldest first. */
export async function readAllServers(
  db: Queryable,
): Promise<{ serverId: number; accountId: number; name: string; deliveryType: DeliveryType }[]> {
  return listServers(db);
}

/** One entry for each token that is valid, in clear text, oldest server first. */
export async function readServersWithTokens(db: Queryable, keyRing: KeyRing): Promise<ServerWithToken[]> {
  const rows = await listServersWithTokens(db);
  return rows.map(({ tokenEncrypted, ...server }) => ({
    ...server,
    token: keyRing.decrypt(tokenEncrypted).toString('utf8'),
  }));
}

/** Also of deleted ones, whose data goes later than they do. */
export async function readServerIds(db: Queryable, accountId: number): Promise<number[]> {
  return listServerIds(db, accountId);
}
