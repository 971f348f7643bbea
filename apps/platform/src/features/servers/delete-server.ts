// Deletes a server: its access ends with this transaction, its data goes by housekeeping (retention/purge-servers.ts).

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { announceDirectoryChange } from '../accounts/announce-change.ts';
import { listServersToPurge, lockServer, markDeleted, markPurged } from './store.ts';

/** Answers its name. @throws Refusal 601. */
export async function deleteServer(tx: Tx, accountId: number, serverId: number, now: Date): Promise<string> {
  const server = await lockServer(tx, serverId, accountId);
  if (!server) throw new Refusal('server_not_found');
  await markDeleted(tx, serverId, now);
  await announceDirectoryChange(tx);
  return server.name;
}

/** Deleted servers whose data may still be there. */
export async function findServersToPurge(db: Queryable): Promise<{ serverId: number; deletedAt: Date }[]> {
  return listServersToPurge(db);
}

/** Nothing is left of the server but its row. */
export async function endServer(tx: Tx, serverId: number, now: Date): Promise<void> {
  await markPurged(tx, serverId, now);
}
