// Creates an account with its first token.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { makeToken } from './make-token.ts';
import { insertAccount, insertAccountToken } from './store.ts';

/** `givenToken` undefined makes a new one. Answers the token in clear text. */
export async function createAccount(
  tx: Tx,
  keyRing: KeyRing,
  account: { name: string; givenToken: string | undefined },
  now: Date,
): Promise<{ accountId: number; token: string }> {
  const accountId = await insertAccount(tx, account.name, now);
  const token = makeToken(keyRing, account.givenToken);
  await insertAccountToken(tx, accountId, 'First token', token, now);
  return { accountId, token: token.token };
}
