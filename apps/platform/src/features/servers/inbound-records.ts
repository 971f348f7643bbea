// The DNS record that brings the mail of a server's inbound domain to us, with what the DNS says about it now.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { lookAtInboundDomain } from './check-inbound-domain.ts';
import type { ServerDeps } from './ports.ts';
import type { MxStanding } from './server-rules.ts';
import { findStoredServer } from './store.ts';

export type InboundRecord = {
  /** The inbound domain: of a wildcard, the name with its star, as a zone file has it. */
  name: string;
  /** Preference and host. */
  value: string;
  standing: MxStanding;
  foundHosts: readonly string[];
  /** Undefined when mail comes to us. */
  warning: string | undefined;
};

async function findInbound(db: Queryable, serverId: number, inboundHost: string) {
  const server = await findStoredServer(db, serverId, undefined);
  if (!server) throw new Refusal('server_not_found');
  return { inboundAddress: `${server.inboundHash}@${inboundHost}`, inboundDomain: server.inboundDomain };
}

/** The hash address. @throws Refusal 601. */
export async function readInboundAddress(db: Queryable, inboundHost: string, serverId: number): Promise<string> {
  return (await findInbound(db, serverId, inboundHost)).inboundAddress;
}

/** `record` is undefined when the server has no inbound domain. Asks the DNS. @throws Refusal 601. */
export async function readInboundRecord(
  db: Queryable,
  deps: Pick<ServerDeps, 'findMxHosts' | 'mailHosts' | 'inboundHost'>,
  serverId: number,
): Promise<{ inboundAddress: string; record: InboundRecord | undefined }> {
  const { inboundAddress, inboundDomain } = await findInbound(db, serverId, deps.inboundHost);
  if (inboundDomain === '') return { inboundAddress, record: undefined };
  const { mxHosts, standing, warning } = await lookAtInboundDomain(deps, inboundDomain);
  const value = `10 ${deps.mailHosts[0]}`;
  return { inboundAddress, record: { name: inboundDomain, value, standing, foundHosts: mxHosts, warning } };
}
