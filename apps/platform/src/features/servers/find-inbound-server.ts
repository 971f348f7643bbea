// Finds the server that an inbound address belongs to, and what it wants done with its mail. Source: Postmark's pages on
// inbound addresses and inbound domain forwarding.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import {
  findServerByInboundHash,
  type InboundSettings,
  listInboundSettings,
  listServersByInboundDomain,
} from './store.ts';

export type { InboundSettings } from './store.ts';

/** Undefined when no server has this hash, or its server was deleted. */
export function findInboundServerByHash(db: Queryable, hash: string): Promise<number | undefined> {
  return findServerByInboundHash(db, hash);
}

/** `domains` are inbound domains, the one that counts most first, as inboundDomainsFor gives them. */
export async function findInboundServerByDomain(
  db: Queryable,
  domains: readonly string[],
): Promise<number | undefined> {
  const found = await listServersByInboundDomain(db, domains);
  const best = found.toSorted((a, b) => domains.indexOf(a.inboundDomain) - domains.indexOf(b.inboundDomain))[0];
  return best?.serverId;
}

/** By server; deleted ones are missing. */
export async function readInboundSettings(
  db: Queryable,
  serverIds: readonly number[],
): Promise<ReadonlyMap<number, InboundSettings>> {
  const rows = await listInboundSettings(db, serverIds);
  return new Map(rows.map(row => [row.serverId, row]));
}
