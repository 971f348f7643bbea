// Reads accounts and their tokens for the operator's console.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { countAccounts, findFirstAccountId, listAccountTokens, lockInstallation } from './store.ts';

export async function readFirstAccountId(db: Queryable): Promise<number | undefined> {
  return findFirstAccountId(db);
}

/** The tokens in clear text, oldest first. */
export async function readAccountTokens(
  db: Queryable,
  keyRing: KeyRing,
): Promise<{ tokenId: number; accountId: number; name: string; token: string; createdAt: Date }[]> {
  const tokens = await listAccountTokens(db);
  return tokens.map(({ tokenEncrypted, ...row }) => ({
    ...row,
    token: keyRing.decrypt(tokenEncrypted).toString('utf8'),
  }));
}

/** Serialises first starts until the transaction ends. */
export async function lockFirstStart(tx: Tx): Promise<void> {
  await lockInstallation(tx);
}

export async function hasAccounts(tx: Tx): Promise<boolean> {
  return (await countAccounts(tx)) > 0;
}
