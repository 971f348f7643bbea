// Changes a server. What the request leaves out stays as it is. Source: Postmark's Server API and Servers API.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { announceDirectoryChange } from '../accounts/announce-change.ts';
import type { ServerDeps } from './ports.ts';
import { readServer } from './read-server.ts';
import type { Server, ServerChange } from './server.ts';
import { setServerHooks } from './set-server-hooks.ts';
import { lockServer, updateServer } from './store.ts';
import { refuseTaken } from './taken-names.ts';

type Deps = Pick<ServerDeps, 'keyRing' | 'hooksChanged'>;

/** `accountId` undefined is a server that changes itself. @throws Refusal 601, 602, 603, 615. */
export async function editServer(
  tx: Tx,
  deps: Deps,
  which: { serverId: number; accountId: number | undefined },
  change: ServerChange,
  now: Date,
): Promise<Server> {
  const { serverId, accountId } = which;
  const server = await lockServer(tx, serverId, accountId);
  if (!server) throw new Refusal('server_not_found');
  // A client that sends the whole server back names the type that it has.
  if (change.deliveryType !== undefined && change.deliveryType !== server.deliveryType)
    throw new Refusal('action_not_supported', "The 'DeliveryType' of a server cannot be changed.");
  await refuseTaken(() => updateServer(tx, serverId, change));
  if (change.hooks !== undefined)
    await setServerHooks(tx, deps.keyRing, deps.hooksChanged, serverId, change.hooks, now);
  await announceDirectoryChange(tx);
  return readServer(tx, deps.keyRing, serverId, accountId);
}
