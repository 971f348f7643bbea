// Answers questions about a domain.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { Domain } from './domain.ts';
import { findDomain, listDomains } from './store.ts';

/** `domain` in any case; a verified domain covers exactly itself. */
export async function isDomainVerified(db: Queryable, accountId: number, domain: string): Promise<boolean> {
  const found = await findDomain(db, accountId, domain.toLowerCase());
  return found?.verifiedAt != null;
}

export async function readDomains(db: Queryable, accountId: number): Promise<Domain[]> {
  return listDomains(db, accountId);
}
