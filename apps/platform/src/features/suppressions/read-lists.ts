// Reads lists of suppressed addresses.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { listSuppressions, type SuppressionFilter, searchSuppressions } from './store.ts';
import type { StoredSuppression } from './suppression.ts';
import { accountList, type SuppressionList } from './suppression-list.ts';

export type ListFilter = Omit<SuppressionFilter, 'addressKey'> & { emailAddress?: string | undefined };

/** Newest first. A filter that is no address finds nothing. */
export async function readList(
  db: Queryable,
  list: SuppressionList,
  { emailAddress, ...filter }: ListFilter,
): Promise<StoredSuppression[]> {
  const key = emailAddress === undefined ? undefined : addressKey(emailAddress.trim());
  return listSuppressions(db, list, { ...filter, addressKey: key });
}

/** In every list that keeps mail of this server back: those of its streams, its own, and that of the account. */
export async function searchLists(
  db: Queryable,
  server: { serverId: number; accountId: number },
  part: string,
  page: { count: number; offset: number },
): Promise<{ totalCount: number; suppressions: StoredSuppression[] }> {
  const ids = { serverId: server.serverId, accountListId: accountList(server.accountId).serverId };
  const rows = await searchSuppressions(db, ids, part.trim().toLowerCase(), page);
  return { totalCount: rows[0]?.total ?? 0, suppressions: rows };
}
