// The domain whose mail a server takes, as a setting of its inbound stream: an extension, beside PUT /server.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { checkInboundDomain } from '../servers/check-inbound-domain.ts';
import { editServer } from '../servers/edit-server.ts';
import type { ServerDeps } from '../servers/ports.ts';
import { readInboundDomain } from '../servers/server-rules.ts';
import { readStream } from './read-streams.ts';

export type CheckedDomain = {
  /** '' takes it away. */
  inboundDomain: string;
  /** Why its mail does not come to us yet. */
  warning: string | undefined;
};

/** Asks the DNS, so it comes before the transaction. @throws Refusal 608, 610, 1226. */
export async function checkStreamDomain(
  db: Queryable,
  deps: ServerDeps,
  serverId: number,
  streamId: string,
  text: string,
): Promise<CheckedDomain> {
  const { streamType } = await readStream(db, serverId, streamId);
  if (streamType !== 'Inbound')
    throw new Refusal('server_name_invalid', "Only the inbound stream of a server has an 'InboundDomain'.");
  const inboundDomain = readInboundDomain(text, deps.limits.ownHosts);
  return { inboundDomain, warning: await checkInboundDomain(db, deps, serverId, inboundDomain) };
}

/** @throws Refusal 602. */
export async function setStreamDomain(
  tx: Tx,
  deps: ServerDeps,
  serverId: number,
  { inboundDomain }: CheckedDomain,
  now: Date,
): Promise<void> {
  await editServer(tx, deps, { serverId, accountId: undefined }, { inboundDomain }, now);
}
