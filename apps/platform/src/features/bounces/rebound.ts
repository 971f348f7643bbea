// Rebound: a page asks whether its visitor's address has hard-bounced, so that the visitor can correct it. A public token
// names the server, and the answer is yes or no: whoever reads the page's source learns nothing more.

import { randomUUID } from 'node:crypto';
import { addressKey } from '@pennyblack/email/address/address-key.ts';
import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { isUuid } from '@pennyblack/runtime/uuid-v7.ts';
import { deleteReboundToken, findReboundServer, findReboundToken, hasHardBounce, upsertReboundToken } from './store.ts';

/** Undefined: Rebound is off for the server. */
export async function readReboundToken(db: Queryable, serverId: number): Promise<string | undefined> {
  return findReboundToken(db, serverId);
}

/** The token before, if any, no longer works. */
export async function makeReboundToken(tx: Tx, serverId: number, now: Date): Promise<string> {
  const publicToken = randomUUID();
  await upsertReboundToken(tx, serverId, publicToken, now);
  return publicToken;
}

export async function turnReboundOff(tx: Tx, serverId: number): Promise<void> {
  await deleteReboundToken(tx, serverId);
}

/** Undefined: no server has this public token. */
export async function askRebound(db: Queryable, publicToken: string, email: string): Promise<boolean | undefined> {
  if (!isUuid(publicToken)) return undefined;
  const serverId = await findReboundServer(db, publicToken);
  return serverId === undefined ? undefined : hasHardBounce(db, serverId, addressKey(email.trim()));
}
