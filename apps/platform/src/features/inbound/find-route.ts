// Finds the server that an address leads to, kept for ten seconds at most and dropped at once when the directory changes.

import { createExpiringCache } from '@pennyblack/runtime/cache/expiring-cache.ts';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import { directoryChannel } from '../accounts/announce-change.ts';
import { findInboundServerByDomain, findInboundServerByHash } from '../servers/find-inbound-server.ts';
import { inboundAddressOf, inboundDomainsFor } from './address-rules.ts';
import type { InboundRoute } from './inbound-message.ts';
import { hasWaiting } from './store.ts';

/** Undefined: nobody's. `isFull`: so much of the server's mail waits to be read that more has to wait outside. */
export type FindRoute = (address: string) => Promise<(InboundRoute & { isFull: boolean }) | undefined>;

/** No domain begins so. */
const hashPrefix = 'hash ';
const keptForMilliseconds = 10_000;
const entriesMax = 10_000;
/** Minutes of work for one process: a flood at one customer must not become everybody's delay. */
const waitingOfServerMax = 10_000;

export async function createRouteFinder(
  deps: { db: Pick<Database, 'reads' | 'listener'>; clock: Clock; hashDomain: string },
  options: { waitingMax: number } = { waitingMax: waitingOfServerMax },
): Promise<FindRoute> {
  const { reads, listener } = deps.db;
  // Unknown ones are kept as well: a flood of them must not become a flood of statements.
  const routes = createExpiringCache<InboundRoute | null>({
    clock: deps.clock,
    keptForMilliseconds,
    entriesMax,
    load: async key => {
      const serverId = key.startsWith(hashPrefix)
        ? await findInboundServerByHash(reads, key.slice(hashPrefix.length))
        : await findInboundServerByDomain(reads, inboundDomainsFor(key));
      return serverId === undefined ? null : { serverId };
    },
  });
  const fullness = createExpiringCache<boolean>({
    clock: deps.clock,
    keptForMilliseconds,
    entriesMax,
    load: serverId => hasWaiting(reads, Number(serverId), options.waitingMax),
  });
  // While the listener was away a change may have been missed, so a reconnection counts as one.
  await listener.listen(directoryChannel, routes.clear, routes.clear);

  return async address => {
    const to = inboundAddressOf(address, deps.hashDomain);
    if (!to) return undefined;
    const route = await routes.get(to.kind === 'hash' ? `${hashPrefix}${to.hash}` : to.domain);
    return route ? { ...route, isFull: (await fullness.get(String(route.serverId))) ?? false } : undefined;
  };
}
