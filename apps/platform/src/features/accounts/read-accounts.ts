// Reads accounts and their tokens for the operator's console.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { findFirstAccountId, listAccountTokens } from './store.ts';

export async function readFirstAccountId(db: Queryable): Promise<number | undefined> {
  return findFirstAccountId(db);
}

/** The tokens in clear text, oldest first. */
export async function readAccountTokens(db: Queryable, keyRing: KeyRing): Promise<{ accountId: number; token: string }[]> {
  const tokens = await listAccountTokens(db);
  return tokens.map(row => ({ accountId: row.accountId, token: keyRing.decrypt(row.tokenEncrypted).toString('utf8') }));
}
