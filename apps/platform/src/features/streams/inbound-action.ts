// What is done with the mail of a server's inbound stream, as a setting of that stream: an extension.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import type { InboundAction } from '../servers/inbound-action.ts';
import { type ActionFields, readInboundAction } from '../servers/inbound-action-rules.ts';
import type { ServerDeps } from '../servers/ports.ts';
import { readServer } from '../servers/read-server.ts';
import { setServerHooks } from '../servers/set-server-hooks.ts';
import { readStream } from './read-streams.ts';

/** @throws Refusal 606, 1226. */
export async function setInboundAction(
  tx: Tx,
  deps: Pick<ServerDeps, 'keyRing' | 'hooksChanged' | 'limits'>,
  serverId: number,
  streamId: string,
  fields: ActionFields,
  now: Date,
): Promise<InboundAction> {
  const { streamType } = await readStream(tx, serverId, streamId);
  if (streamType !== 'Inbound')
    throw new Refusal('inbound_action_invalid', "Only the inbound stream of a server has an 'InboundAction'.");
  const inboundAction = readInboundAction(fields, await findInboundAction(tx, deps, serverId), deps.limits);
  await setServerHooks(tx, deps.keyRing, deps.hooksChanged, serverId, { inboundAction }, now);
  return inboundAction;
}

export async function findInboundAction(
  db: Queryable,
  { keyRing }: Pick<ServerDeps, 'keyRing'>,
  serverId: number,
): Promise<InboundAction> {
  return (await readServer(db, keyRing, serverId, undefined)).hooks.inboundAction;
}
