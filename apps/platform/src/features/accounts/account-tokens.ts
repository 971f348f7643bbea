// The API tokens of one account: several, each with a name, so that one can be replaced without a standstill.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { Refusal } from '../../refusals.ts';
import type { ListedToken } from './account.ts';
import { announceDirectoryChange } from './announce-change.ts';
import { makeToken } from './make-token.ts';
import { readAccountTokens } from './read-accounts.ts';
import { insertAccountToken, lockAccountTokens, revokeAccountToken } from './store.ts';

const nameLengthMax = 100;
const lastCharactersShown = 4;

/** Oldest first. The tokens themselves are shown when they are made, and by the operator's command. */
export async function listTokens(db: Queryable, keyRing: KeyRing, accountId: number): Promise<ListedToken[]> {
  const tokens = await readAccountTokens(db, keyRing);
  return tokens
    .filter(token => token.accountId === accountId)
    .map(({ tokenId, name, token, createdAt }) => ({
      tokenId,
      name,
      lastCharacters: token.slice(-lastCharactersShown),
      createdAt,
    }));
}

/** Answers the token in clear text. @throws Refusal when the name is missing or too long. */
export async function addToken(
  tx: Tx,
  keyRing: KeyRing,
  accountId: number,
  name: string,
  now: Date,
): Promise<{ tokenId: number; name: string; token: string }> {
  const trimmed = name.trim();
  if (trimmed === '') throw new Refusal('fields_invalid', "A token needs a 'Name'.");
  if (trimmed.length > nameLengthMax) {
    throw new Refusal('fields_invalid', `The 'Name' of a token has at most ${nameLengthMax} characters.`);
  }
  const token = makeToken(keyRing);
  const tokenId = await insertAccountToken(tx, accountId, trimmed, token, now);
  await announceDirectoryChange(tx);
  return { tokenId, name: trimmed, token: token.token };
}

/** It opens nothing from the commit on. @throws Refusal when the account has no such token, or no other. */
export async function revokeToken(tx: Tx, accountId: number, tokenId: number, now: Date): Promise<void> {
  const tokenIds = await lockAccountTokens(tx, accountId);
  if (!tokenIds.includes(tokenId)) throw new Refusal('account_token_not_found');
  if (tokenIds.length === 1) throw new Refusal('account_token_is_last');
  await revokeAccountToken(tx, accountId, tokenId, now);
  await announceDirectoryChange(tx);
}
