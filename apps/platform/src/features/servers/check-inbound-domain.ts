// Asks the DNS whether the mail of an inbound domain comes to us. Before the transaction that stores the domain: no
// transaction waits for the network.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import type { ServerDeps } from './ports.ts';
import { inboundDomainWarning, judgeMx, namesToAskFor } from './server-rules.ts';
import { findStoredServer } from './store.ts';

type Deps = Pick<ServerDeps, 'findMxHosts' | 'mailHosts'>;

export type InboundDomainStanding = {
  /** What the MX records name; empty when there are none, or when the DNS does not answer. */
  mxHosts: readonly string[];
  standing: ReturnType<typeof judgeMx>;
  /** Undefined when mail comes to us. */
  warning: string | undefined;
};

export async function lookAtInboundDomain(deps: Deps, domain: string): Promise<InboundDomainStanding> {
  const answers = await Promise.all(namesToAskFor(domain).map(deps.findMxHosts));
  const standing = judgeMx(answers, deps.mailHosts);
  const mxHosts = [...new Set(answers.flatMap(answer => answer ?? []))];
  return { mxHosts, standing, warning: inboundDomainWarning(domain, standing, deps.mailHosts[0]) };
}

/**
 * A server that keeps its domain is not asked about it again. Answers a warning when mail does not come to us yet.
 * @throws Refusal 610.
 */
export async function checkInboundDomain(
  db: Queryable,
  deps: Deps,
  serverId: number | undefined,
  domain: string | undefined,
): Promise<string | undefined> {
  if (domain === undefined || domain === '') return undefined;
  const server = serverId === undefined ? undefined : await findStoredServer(db, serverId, undefined);
  if (server?.inboundDomain === domain) return undefined;
  const { standing, warning } = await lookAtInboundDomain(deps, domain);
  if (standing === 'elsewhere')
    throw new Refusal(
      'inbound_domain_mx_missing',
      `The MX record of the 'InboundDomain' does not point to ${deps.mailHosts[0]}.`,
    );
  return warning;
}
