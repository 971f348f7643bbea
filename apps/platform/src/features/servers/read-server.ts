// Reads servers with everything that the API shows of them.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { Refusal } from '../../refusals.ts';
import type { Server } from './server.ts';
import { openServerHooks } from './set-server-hooks.ts';
import { countServers, findStoredServer, listStoredServers, type StoredServer } from './store.ts';

function open(keyRing: KeyRing, { hooksEncrypted, tokensEncrypted, ...server }: StoredServer): Server {
  return {
    ...server,
    hooks: openServerHooks(keyRing, hooksEncrypted),
    apiTokens: tokensEncrypted.map(token => keyRing.decrypt(token).toString('utf8')),
  };
}

/** `accountId` undefined is a server that reads itself. @throws Refusal 601. */
export async function readServer(
  db: Queryable,
  keyRing: KeyRing,
  serverId: number,
  accountId: number | undefined,
): Promise<Server> {
  const stored = await findStoredServer(db, serverId, accountId);
  if (!stored) throw new Refusal('server_not_found');
  return open(keyRing, stored);
}

/** Oldest first. `namePart` is looked for in any case. */
export async function readServers(
  db: Queryable,
  keyRing: KeyRing,
  accountId: number,
  namePart: string | undefined,
  page: { count: number; offset: number },
): Promise<{ totalCount: number; servers: Server[] }> {
  const stored = await listStoredServers(db, accountId, namePart, page);
  return {
    totalCount: await countServers(db, accountId, namePart),
    servers: stored.map(server => open(keyRing, server)),
  };
}
