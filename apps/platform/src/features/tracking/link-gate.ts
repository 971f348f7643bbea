// Says whether a link may be followed here, from what is in memory: the operator's list, and whose the custom hosts are.
// Both are read again when the directory changes; while the database is away, what was read last counts.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { readTrackingHosts } from '../domains/find-domain.ts';
import { type BlockList, emptyBlockList, isBlocked } from './block-rules.ts';
import { readBlockedLinks } from './blocked-links.ts';

export type LinkGate = {
  /**
   * False on a host that is another account's: under his name nobody else sends readers on. A host that is unknown is let
   * through, because a link must not break when a proxy renames hosts or a customer moves his.
   */
  isAtHome(host: string, accountId: number): boolean;
  isBlocked(link: { serverId: number; messageId: string; target: string }): boolean;
  /** Rejects when the database is away. */
  refresh(): Promise<void>;
};

export function createLinkGate(db: Queryable): LinkGate {
  let accountsByHost: ReadonlyMap<string, ReadonlySet<number>> = new Map();
  let blocked: BlockList = emptyBlockList;
  return {
    isAtHome: (host, accountId) => accountsByHost.get(host.toLowerCase())?.has(accountId) ?? true,
    isBlocked: link => isBlocked(blocked, link),
    refresh: async () => {
      const [hosts, rows] = await Promise.all([readTrackingHosts(db), readBlockedLinks(db)]);
      const grouped = Map.groupBy(hosts, ({ host }) => host);
      accountsByHost = new Map(
        [...grouped].map(([host, owners]) => [host, new Set(owners.map(owner => owner.accountId))]),
      );
      const valuesOf = (kind: string) => new Set(rows.filter(row => row.kind === kind).map(row => row.value));
      blocked = { domain: valuesOf('domain'), server: valuesOf('server'), message: valuesOf('message') };
    },
  };
}
