// Finds the account behind an account API token.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { hashToken } from '@pennyblack/runtime/secrets/hash-token.ts';
import { findAccountByTokenHash } from './store.ts';

/** Token values are matched in any case, as Postmark documents. */
export async function authenticateAccount(
  db: Queryable,
  token: string,
): Promise<{ accountId: number; tokenId: number } | undefined> {
  return findAccountByTokenHash(db, hashToken(token.trim().toLowerCase()));
}
