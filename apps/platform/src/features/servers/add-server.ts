// Adds a server with everything it begins with: token, streams, inbound address. Source: Postmark's Servers API.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { announceDirectoryChange } from '../accounts/announce-change.ts';
import { createServer } from './create-server.ts';
import type { ServerDeps } from './ports.ts';
import { readServer } from './read-server.ts';
import type { Server, ServerChange } from './server.ts';
import { defaultColor } from './server-rules.ts';
import { setServerHooks } from './set-server-hooks.ts';
import { updateServer } from './store.ts';
import { refuseTaken } from './taken-names.ts';

type Deps = Pick<ServerDeps, 'keyRing' | 'hooksChanged' | 'createStreams'>;

/** @throws Refusal 602, 603, 608. */
export async function addServer(
  tx: Tx,
  deps: Deps,
  accountId: number,
  wanted: ServerChange,
  now: Date,
): Promise<Server> {
  const { name, deliveryType = 'Live', color = defaultColor, hooks } = wanted;
  if (name === undefined) throw new Refusal('server_name_invalid');
  const { serverId } = await refuseTaken(async () => {
    const created = await createServer(tx, deps.keyRing, { accountId, name, deliveryType, color }, now);
    await updateServer(tx, created.serverId, wanted);
    return created;
  });
  await deps.createStreams(tx, serverId, now);
  if (hooks !== undefined) await setServerHooks(tx, deps.keyRing, deps.hooksChanged, serverId, hooks, now);
  await announceDirectoryChange(tx);
  return readServer(tx, deps.keyRing, serverId, accountId);
}
