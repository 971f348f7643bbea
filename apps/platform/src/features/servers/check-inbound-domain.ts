// Asks the DNS whether the mail of an inbound domain comes to us. Before the transaction that stores the domain: no
// transaction waits for the network.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import type { ServerDeps } from './ports.ts';
import { leadsElsewhere } from './server-rules.ts';
import { findStoredServer } from './store.ts';

/** A server that keeps its domain is not asked about it again. @throws Refusal 610. */
export async function checkInboundDomain(
  db: Queryable,
  deps: Pick<ServerDeps, 'findMxHosts' | 'mailHosts'>,
  serverId: number | undefined,
  domain: string | undefined,
): Promise<void> {
  if (domain === undefined || domain === '') return;
  const server = serverId === undefined ? undefined : await findStoredServer(db, serverId, undefined);
  if (server?.inboundDomain === domain) return;
  if (leadsElsewhere(await deps.findMxHosts(domain), deps.mailHosts))
    throw new Refusal(
      'inbound_domain_mx_missing',
      `The MX record of the 'InboundDomain' does not point to ${deps.mailHosts[0]}.`,
    );
}
