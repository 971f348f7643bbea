// The API tokens of a server: several, named, each revocable on its own, so that one can be exchanged without a pause.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { Refusal } from '../../refusals.ts';
import { announceDirectoryChange } from '../accounts/announce-change.ts';
import { makeToken } from '../accounts/make-token.ts';
import type { ServerToken } from './server.ts';
import {
  countServerTokens,
  findStoredServer,
  insertServerToken,
  listServerTokens,
  lockServer,
  markTokenRevoked,
} from './store.ts';

const tokensMax = 50;
const nameLengthMax = 100;

/** The valid ones, oldest first. @throws Refusal 601. */
export async function readServerTokens(
  db: Queryable,
  keyRing: KeyRing,
  accountId: number,
  serverId: number,
): Promise<ServerToken[]> {
  if (!(await findStoredServer(db, serverId, accountId))) throw new Refusal('server_not_found');
  const stored = await listServerTokens(db, serverId);
  return stored.map(({ tokenEncrypted, ...token }) => ({
    ...token,
    token: keyRing.decrypt(tokenEncrypted).toString('utf8'),
  }));
}

/** @throws Refusal 601, 608, 614. */
export async function addServerToken(
  tx: Tx,
  keyRing: KeyRing,
  accountId: number,
  serverId: number,
  name: string,
  now: Date,
): Promise<ServerToken> {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > nameLengthMax)
    throw new Refusal('server_name_invalid', `A token needs a 'Name' of 1 to ${nameLengthMax} characters.`);
  if (!(await lockServer(tx, serverId, accountId))) throw new Refusal('server_not_found');
  if ((await countServerTokens(tx, serverId)) >= tokensMax)
    throw new Refusal('plan_limit_reached', `A server is limited to ${tokensMax} tokens. Revoke one first.`);
  const made = makeToken(keyRing);
  const tokenId = await insertServerToken(tx, serverId, trimmed, made, now);
  await announceDirectoryChange(tx);
  return { tokenId, name: trimmed, token: made.token, createdAt: now };
}

/** Answers the token's name. The last one may be revoked too: one that leaked must not stay. @throws Refusal 601. */
export async function revokeServerToken(
  tx: Tx,
  accountId: number,
  serverId: number,
  tokenId: number,
  now: Date,
): Promise<string> {
  if (!(await lockServer(tx, serverId, accountId))) throw new Refusal('server_not_found');
  const name = await markTokenRevoked(tx, serverId, tokenId, now);
  if (name === undefined) throw new Refusal('server_token_not_found');
  await announceDirectoryChange(tx);
  return name;
}
