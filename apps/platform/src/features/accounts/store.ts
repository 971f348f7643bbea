// Every SQL statement on installation, accounts and account_tokens.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import type { NewToken } from './account.ts';

export async function findSecretCheck(db: Queryable): Promise<Buffer | undefined> {
  const rows = await db.query<{ secretCheck: Buffer }>`select secret_check as "secretCheck" from installation`;
  return rows[0]?.secretCheck;
}

/** Two processes may start at once: the first one's check value stays. */
export async function insertSecretCheck(tx: Tx, secretCheck: Buffer, now: Date): Promise<void> {
  await tx.query`insert into installation (secret_check, created_at) values (${secretCheck}, ${now}) on conflict do nothing`;
}

/** Serialises first starts: the row of the installation stays locked until the transaction ends. */
export async function lockInstallation(tx: Tx): Promise<void> {
  await tx.query`select 1 from installation for update`;
}

export async function countAccounts(tx: Tx): Promise<number> {
  const rows = await tx.query<{ count: number }>`select count(*)::int as count from accounts`;
  return rows[0]?.count ?? 0;
}

export async function findFirstAccountId(db: Queryable): Promise<number | undefined> {
  const rows = await db.query<{
    accountId: number;
  }>`select account_id as "accountId" from accounts order by account_id limit 1`;
  return rows[0]?.accountId;
}

export async function insertAccount(tx: Tx, name: string, now: Date): Promise<number> {
  const rows = await tx.query<{ accountId: number }>`
    insert into accounts (name, created_at) values (${name}, ${now}) returning account_id as "accountId"`;
  return rows[0]?.accountId ?? 0;
}

export async function insertAccountToken(
  tx: Tx,
  accountId: number,
  name: string,
  token: NewToken,
  now: Date,
): Promise<void> {
  await tx.query`
    insert into account_tokens (account_id, name, token_hash, token_encrypted, created_at)
    values (${accountId}, ${name}, ${token.tokenHash}, ${token.tokenEncrypted}, ${now})`;
}

export async function findAccountByTokenHash(
  db: Queryable,
  tokenHash: Buffer,
): Promise<{ accountId: number; tokenId: number } | undefined> {
  const rows = await db.query<{ accountId: number; tokenId: number }>`
    select account_id as "accountId", token_id as "tokenId"
    from account_tokens
    where token_hash = ${tokenHash} and revoked_at is null`;
  return rows[0];
}

export async function listAccountTokens(db: Queryable): Promise<{ accountId: number; tokenEncrypted: Buffer }[]> {
  return db.query<{ accountId: number; tokenEncrypted: Buffer }>`
    select account_id as "accountId", token_encrypted as "tokenEncrypted"
    from account_tokens
    where revoked_at is null
    order by token_id`;
}
