// Every SQL statement on installation, accounts, account_tokens, users, user_servers, user_sessions and login_attempts.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { sql } from '@pennyblack/runtime/database/sql.ts';
import type { NewToken, StoredToken } from './account.ts';
import type { Session, User, UserRole } from './user.ts';

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
): Promise<number> {
  const rows = await tx.query<{ tokenId: number }>`
    insert into account_tokens (account_id, name, token_hash, token_encrypted, created_at)
    values (${accountId}, ${name}, ${token.tokenHash}, ${token.tokenEncrypted}, ${now})
    returning token_id as "tokenId"`;
  return rows[0]?.tokenId ?? 0;
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

/** Those that are valid, of all accounts, oldest first. */
export async function listAccountTokens(db: Queryable): Promise<StoredToken[]> {
  return db.query<StoredToken>`
    select token_id as "tokenId", account_id as "accountId", name, token_encrypted as "tokenEncrypted",
           created_at as "createdAt"
    from account_tokens
    where revoked_at is null
    order by token_id`;
}

/** Answers the ids of the account's valid tokens. They stay locked, so that two revocations cannot take the last one. */
export async function lockAccountTokens(tx: Tx, accountId: number): Promise<number[]> {
  const rows = await tx.query<{ tokenId: number }>`
    select token_id as "tokenId" from account_tokens
    where account_id = ${accountId} and revoked_at is null
    order by token_id
    for update`;
  return rows.map(row => row.tokenId);
}

export async function revokeAccountToken(tx: Tx, accountId: number, tokenId: number, now: Date): Promise<void> {
  await tx.query`
    update account_tokens set revoked_at = ${now}
    where account_id = ${accountId} and token_id = ${tokenId} and revoked_at is null`;
}

const userColumns = sql`
  u.user_id as "userId", u.account_id as "accountId", u.email_address as "emailAddress", u.role,
  array(select s.server_id from user_servers s where s.user_id = u.user_id order by s.server_id) as "serverIds"`;

/** Undefined when the address has a login already, in this or another account. */
export async function insertUser(
  tx: Tx,
  user: { accountId: number; emailAddress: string; addressKey: string; role: UserRole; passwordHash: string },
  now: Date,
): Promise<number | undefined> {
  const rows = await tx.query<{ userId: number }>`
    insert into users (account_id, email_address, address_key, role, password_hash, created_at, password_changed_at)
    values (${user.accountId}, ${user.emailAddress}, ${user.addressKey}, ${user.role}, ${user.passwordHash}, ${now}, ${now})
    on conflict (address_key) do nothing
    returning user_id as "userId"`;
  return rows[0]?.userId;
}

export async function replaceUserServers(tx: Tx, userId: number, serverIds: readonly number[]): Promise<void> {
  await tx.query`delete from user_servers where user_id = ${userId}`;
  await tx.query`
    insert into user_servers (user_id, server_id)
    select distinct ${userId}::bigint, server_id from unnest(${serverIds}::bigint[]) as row (server_id) order by 2`;
}

export async function findUserByAddress(
  db: Queryable,
  addressKey: string,
): Promise<(User & { passwordHash: string }) | undefined> {
  const rows = await db.query<User & { passwordHash: string }>`
    select ${userColumns}, u.password_hash as "passwordHash" from users u where u.address_key = ${addressKey}`;
  return rows[0];
}

export async function listUsers(db: Queryable, accountId: number): Promise<User[]> {
  return db.query<User>`select ${userColumns} from users u where u.account_id = ${accountId} order by u.user_id`;
}

/** One change of an account's users at a time, so that "there is one owner" is true when the transaction ends. */
export async function lockUsers(tx: Tx, accountId: number): Promise<User[]> {
  await tx.query`select 1 from accounts where account_id = ${accountId} for no key update`;
  return listUsers(tx, accountId);
}

export async function updateUserRole(tx: Tx, userId: number, role: UserRole): Promise<void> {
  await tx.query`update users set role = ${role} where user_id = ${userId}`;
}

export async function updatePassword(tx: Tx, userId: number, passwordHash: string, now: Date): Promise<boolean> {
  const rows = await tx.query`
    update users set password_hash = ${passwordHash}, password_changed_at = ${now} where user_id = ${userId} returning 1`;
  return rows.length > 0;
}

/** A better hash of the same password. Does nothing when the password was changed meanwhile. */
export async function replacePasswordHash(db: Queryable, userId: number, old: string, better: string): Promise<void> {
  await db.query`update users set password_hash = ${better} where user_id = ${userId} and password_hash = ${old}`;
}

export async function deleteUser(tx: Tx, userId: number): Promise<void> {
  await tx.query`delete from users where user_id = ${userId}`;
}

export async function insertSession(
  tx: Tx,
  session: { userId: number; tokenHash: Buffer; expiresAt: Date },
  now: Date,
): Promise<number> {
  const rows = await tx.query<{ sessionId: number }>`
    insert into user_sessions (user_id, token_hash, opened_at, expires_at)
    values (${session.userId}, ${session.tokenHash}, ${now}, ${session.expiresAt})
    returning session_id as "sessionId"`;
  return rows[0]?.sessionId ?? 0;
}

export async function findOpenSession(db: Queryable, tokenHash: Buffer, now: Date): Promise<Session | undefined> {
  const rows = await db.query<User & { sessionId: number; expiresAt: Date }>`
    select ${userColumns}, session.session_id as "sessionId", session.expires_at as "expiresAt"
    from user_sessions session
    join users u using (user_id)
    where session.token_hash = ${tokenHash} and session.ended_at is null and session.expires_at > ${now}`;
  const [row] = rows;
  if (!row) return undefined;
  const { sessionId, expiresAt, ...user } = row;
  return { sessionId, expiresAt, user };
}

export async function endSessionRow(db: Queryable, sessionId: number, now: Date): Promise<boolean> {
  const rows = await db.query`
    update user_sessions set ended_at = ${now} where session_id = ${sessionId} and ended_at is null returning 1`;
  return rows.length > 0;
}

/** `exceptSessionId` undefined ends all of them. */
export async function endSessionsOfUser(
  tx: Tx,
  userId: number,
  exceptSessionId: number | undefined,
  now: Date,
): Promise<void> {
  await tx.query`
    update user_sessions set ended_at = ${now}
    where user_id = ${userId} and ended_at is null and session_id is distinct from ${exceptSessionId ?? null}::bigint`;
}

/** Counts one more attempt under each key and answers the counts. Sorted by key, as every upsert of several rows is. */
export async function countAttempts(
  tx: Tx,
  counted: readonly Buffer[],
  windowEndsAt: Date,
  now: Date,
): Promise<{ counted: Buffer; attempts: number; windowEndsAt: Date }[]> {
  const sorted = counted.map(key => key.toString('hex')).toSorted();
  return tx.query<{ counted: Buffer; attempts: number; windowEndsAt: Date }>`
    insert into login_attempts as old (counted, attempts, window_ends_at)
    select decode(key, 'hex'), 1, ${windowEndsAt}::timestamptz from unnest(${sorted}::text[]) as row (key) order by 1
    on conflict (counted) do update
    set attempts = case when old.window_ends_at <= ${now} then 1 else old.attempts + 1 end,
        window_ends_at = case when old.window_ends_at <= ${now} then excluded.window_ends_at else old.window_ends_at end
    returning counted, attempts, window_ends_at as "windowEndsAt"`;
}

/** A right password was no failure: the login starts anew, the client address gets its attempt back. */
export async function forgiveAttempts(tx: Tx, ofLogin: Buffer, ofClient: Buffer): Promise<void> {
  await tx.query`delete from login_attempts where counted = ${ofLogin}`;
  await tx.query`update login_attempts set attempts = attempts - 1 where counted = ${ofClient} and attempts > 0`;
}

export async function deleteEndedSessions(db: Queryable, before: Date, limit: number): Promise<number> {
  const rows = await db.query`
    delete from user_sessions where session_id in (
      select session_id from user_sessions
      where expires_at < ${before} or ended_at < ${before} limit ${limit})
    returning 1`;
  return rows.length;
}

export async function deleteOldAttempts(db: Queryable, before: Date): Promise<void> {
  await db.query`delete from login_attempts where window_ends_at < ${before}`;
}
