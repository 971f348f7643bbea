// Reads bounces. Source: Postmark's Bounce API.

import type { BounceTypeName } from '@pennyblack/email/bounces/bounce-types.ts';
import { readCountedPage } from '@pennyblack/runtime/database/counted-page.ts';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { StoredBounce } from './bounce.ts';
import {
  type BounceFilter,
  countBounces,
  countByType,
  findBounceRows,
  listBounceTags,
  searchBounces,
} from './store.ts';

export type { BounceFilter } from './store.ts';

/** Newest first. */
export async function listBounces(
  db: Queryable,
  serverId: number,
  filter: BounceFilter,
  page: { count: number; offset: number },
): Promise<{ totalCount: number; bounces: StoredBounce[] }> {
  const { totalCount, rows } = await readCountedPage(
    page.offset,
    () => countBounces(db, serverId, filter),
    () => searchBounces(db, serverId, filter, page),
  );
  return { totalCount, bounces: rows };
}

/** Undefined when the server has no such bounce. */
export async function findBounce(db: Queryable, serverId: number, bounceId: number): Promise<StoredBounce | undefined> {
  const [bounce] = await findBounceRows(db, [{ serverId, bounceId }]);
  return bounce;
}

export async function readBounceTags(db: Queryable, serverId: number): Promise<string[]> {
  return listBounceTags(db, serverId);
}

/** Of all streams of the server. `inactive` of them keep their address from receiving mail now. */
export async function countBouncesByType(
  db: Queryable,
  serverId: number,
): Promise<{ type: BounceTypeName; count: number; inactive: number }[]> {
  return countByType(db, serverId);
}
