// Every SQL statement on servers and server_tokens.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { empty, type Sql, sql } from '@pennyblack/runtime/database/sql.ts';
import type { NewToken } from '../accounts/account.ts';
import type { DeliveryType, SendingServer, Server, ServerChange } from './server.ts';

export async function insertServer(
  tx: Tx,
  server: { accountId: number; name: string; deliveryType: DeliveryType; color: string },
  now: Date,
): Promise<number> {
  const rows = await tx.query<{ serverId: number }>`
    insert into servers (account_id, name, delivery_type, color, created_at)
    values (${server.accountId}, ${server.name}, ${server.deliveryType}, ${server.color}, ${now})
    returning server_id as "serverId"`;
  return rows[0]?.serverId ?? 0;
}

export async function insertServerToken(
  tx: Tx,
  serverId: number,
  name: string,
  token: NewToken,
  now: Date,
): Promise<number> {
  const rows = await tx.query<{ tokenId: number }>`
    insert into server_tokens (server_id, name, token_hash, token_encrypted, created_at)
    values (${serverId}, ${name}, ${token.tokenHash}, ${token.tokenEncrypted}, ${now})
    returning token_id as "tokenId"`;
  return rows[0]?.tokenId ?? 0;
}

const sendingColumns = sql`
  server.server_id as "serverId", server.account_id as "accountId", server.name, server.delivery_type as "deliveryType",
  server.track_opens as "trackOpens", server.track_links as "trackLinks",
  server.smtp_api_activated as "smtpApiActivated"`;

export async function findServerByTokenHash(
  db: Queryable,
  tokenHash: Buffer,
): Promise<(SendingServer & { tokenId: number }) | undefined> {
  const rows = await db.query<SendingServer & { tokenId: number }>`
    select ${sendingColumns}, token.token_id as "tokenId"
    from server_tokens token
    join servers server using (server_id)
    where token.token_hash = ${tokenHash} and token.revoked_at is null and server.deleted_at is null`;
  return rows[0];
}

export async function listServersWithTokens(
  db: Queryable,
): Promise<
  { serverId: number; accountId: number; name: string; deliveryType: DeliveryType; tokenEncrypted: Buffer }[]
> {
  return db.query`
    select server.server_id as "serverId", server.account_id as "accountId", server.name,
           server.delivery_type as "deliveryType", token.token_encrypted as "tokenEncrypted"
    from servers server
    join server_tokens token using (server_id)
    where server.deleted_at is null and token.revoked_at is null
    order by server.server_id, token.token_id`;
}

export async function listServers(db: Queryable): Promise<SendingServer[]> {
  return db.query<SendingServer>`
    select ${sendingColumns} from servers server where server.deleted_at is null order by server.server_id`;
}

export async function findServer(db: Queryable, serverId: number): Promise<SendingServer | undefined> {
  const rows = await db.query<SendingServer>`
    select ${sendingColumns} from servers server where server.server_id = ${serverId} and server.deleted_at is null`;
  return rows[0];
}

/** As stored: hooks and tokens are still encrypted. */
export type StoredServer = Omit<Server, 'hooks' | 'apiTokens'> & {
  hooksEncrypted: Buffer | null;
  tokensEncrypted: Buffer[];
};

const serverColumns = sql`
  ${sendingColumns}, server.color, server.raw_email_enabled as "rawEmailEnabled", server.inbound_hash as "inboundHash",
  coalesce(server.inbound_domain, '') as "inboundDomain", server.inbound_spam_threshold as "inboundSpamThreshold",
  server.hooks_encrypted as "hooksEncrypted",
  array(
    select token.token_encrypted from server_tokens token
    where token.server_id = server.server_id and token.revoked_at is null
    order by token.token_id
  ) as "tokensEncrypted"`;

/** Without an account, any account's. */
export async function findStoredServer(
  db: Queryable,
  serverId: number,
  accountId: number | undefined,
): Promise<StoredServer | undefined> {
  const ofAccount = accountId === undefined ? empty : sql`and server.account_id = ${accountId}`;
  const rows = await db.query<StoredServer>`
    select ${serverColumns} from servers server
    where server.server_id = ${serverId} and server.deleted_at is null ${ofAccount}`;
  return rows[0];
}

function ofAccountAndName(accountId: number, namePart: string | undefined): Sql {
  const named = namePart === undefined ? empty : sql`and strpos(lower(server.name), lower(${namePart})) > 0`;
  return sql`server.account_id = ${accountId} and server.deleted_at is null ${named}`;
}

/** Oldest first. */
export async function listStoredServers(
  db: Queryable,
  accountId: number,
  namePart: string | undefined,
  page: { count: number; offset: number },
): Promise<StoredServer[]> {
  return db.query<StoredServer>`
    select ${serverColumns} from servers server
    where ${ofAccountAndName(accountId, namePart)}
    order by server.server_id
    limit ${page.count} offset ${page.offset}`;
}

export async function countServers(db: Queryable, accountId: number, namePart: string | undefined): Promise<number> {
  const rows = await db.query<{ count: number }>`
    select count(*)::int as count from servers server where ${ofAccountAndName(accountId, namePart)}`;
  return rows[0]?.count ?? 0;
}

export async function findServerByInboundHash(db: Queryable, hash: string): Promise<number | undefined> {
  const rows = await db.query<{ serverId: number }>`
    select server_id as "serverId" from servers where inbound_hash = ${hash} and deleted_at is null`;
  return rows[0]?.serverId;
}

/** Those that have one of these as their inbound domain. */
export async function listServersByInboundDomain(
  db: Queryable,
  domains: readonly string[],
): Promise<{ serverId: number; inboundDomain: string }[]> {
  return db.query<{ serverId: number; inboundDomain: string }>`
    select server_id as "serverId", inbound_domain as "inboundDomain"
    from servers
    where inbound_domain = any (${[...domains]}::text[]) and deleted_at is null`;
}

export type InboundSettings = { serverId: number; spamThreshold: number; rawEmailEnabled: boolean };

/** Deleted ones are missing. */
export async function listInboundSettings(db: Queryable, serverIds: readonly number[]): Promise<InboundSettings[]> {
  return db.query<InboundSettings>`
    select server_id as "serverId", inbound_spam_threshold as "spamThreshold", raw_email_enabled as "rawEmailEnabled"
    from servers
    where server_id = any (${[...serverIds]}::bigint[]) and deleted_at is null`;
}

/** Locked until the transaction ends, so that two changes of one server cannot interleave. */
export async function lockServer(
  tx: Tx,
  serverId: number,
  accountId: number | undefined,
): Promise<{ name: string; deliveryType: DeliveryType } | undefined> {
  const ofAccount = accountId === undefined ? empty : sql`and account_id = ${accountId}`;
  const rows = await tx.query<{ name: string; deliveryType: DeliveryType }>`
    select name, delivery_type as "deliveryType"
    from servers
    where server_id = ${serverId} and deleted_at is null ${ofAccount}
    for no key update`;
  return rows[0];
}

/** What is left out stays. The hooks have a statement of their own. */
export async function updateServer(tx: Tx, serverId: number, change: ServerChange): Promise<void> {
  await tx.query`
    update servers
    set name = coalesce(${change.name ?? null}, name),
        color = coalesce(${change.color ?? null}, color),
        smtp_api_activated = coalesce(${change.smtpApiActivated ?? null}, smtp_api_activated),
        raw_email_enabled = coalesce(${change.rawEmailEnabled ?? null}, raw_email_enabled),
        inbound_domain = nullif(coalesce(${change.inboundDomain ?? null}, inbound_domain), ''),
        inbound_spam_threshold = coalesce(${change.inboundSpamThreshold ?? null}, inbound_spam_threshold),
        track_opens = coalesce(${change.trackOpens ?? null}, track_opens),
        track_links = coalesce(${change.trackLinks ?? null}, track_links)
    where server_id = ${serverId}`;
}

/** The server stays locked until the transaction ends, so that two changes of its hooks cannot interleave. */
export async function lockServerHooks(
  tx: Tx,
  serverId: number,
): Promise<{ hooksEncrypted: Buffer | null } | undefined> {
  const rows = await tx.query<{ hooksEncrypted: Buffer | null }>`
    select hooks_encrypted as "hooksEncrypted"
    from servers
    where server_id = ${serverId} and deleted_at is null
    for no key update`;
  return rows[0];
}

export async function updateServerHooks(tx: Tx, serverId: number, hooksEncrypted: Buffer): Promise<void> {
  await tx.query`update servers set hooks_encrypted = ${hooksEncrypted} where server_id = ${serverId}`;
}

/** Its tokens open nothing from the commit on, and its name and inbound domain are free. */
export async function markDeleted(tx: Tx, serverId: number, now: Date): Promise<void> {
  await tx.query`update servers set deleted_at = ${now} where server_id = ${serverId}`;
}

export async function listServersToPurge(db: Queryable): Promise<{ serverId: number; deletedAt: Date }[]> {
  return db.query<{ serverId: number; deletedAt: Date }>`
    select server_id as "serverId", deleted_at as "deletedAt"
    from servers
    where deleted_at is not null and purged_at is null
    order by server_id`;
}

/** The row of the server stays, without its secrets, so that its id is never given again. */
export async function markPurged(tx: Tx, serverId: number, now: Date): Promise<void> {
  await tx.query`delete from server_tokens where server_id = ${serverId}`;
  await tx.query`update servers set hooks_encrypted = null, purged_at = ${now} where server_id = ${serverId}`;
}

export type StoredServerToken = { tokenId: number; name: string; tokenEncrypted: Buffer; createdAt: Date };

/** The valid ones, oldest first. */
export async function listServerTokens(db: Queryable, serverId: number): Promise<StoredServerToken[]> {
  return db.query<StoredServerToken>`
    select token_id as "tokenId", name, token_encrypted as "tokenEncrypted", created_at as "createdAt"
    from server_tokens
    where server_id = ${serverId} and revoked_at is null
    order by token_id`;
}

export async function countServerTokens(tx: Tx, serverId: number): Promise<number> {
  const rows = await tx.query<{ count: number }>`
    select count(*)::int as count from server_tokens where server_id = ${serverId} and revoked_at is null`;
  return rows[0]?.count ?? 0;
}

/** Answers the token's name; undefined when the server has no such valid token. */
export async function markTokenRevoked(
  tx: Tx,
  serverId: number,
  tokenId: number,
  now: Date,
): Promise<string | undefined> {
  const rows = await tx.query<{ name: string }>`
    update server_tokens set revoked_at = ${now}
    where server_id = ${serverId} and token_id = ${tokenId} and revoked_at is null
    returning name`;
  return rows[0]?.name;
}

/** Also of deleted ones. */
export async function listServerIds(db: Queryable, accountId: number): Promise<number[]> {
  const rows = await db.query<{ serverId: number }>`
    select server_id as "serverId" from servers where account_id = ${accountId} order by server_id`;
  return rows.map(row => row.serverId);
}

export async function selectServerIds(db: Queryable): Promise<number[]> {
  const rows = await db.query<{ serverId: number }>`
    select server_id as "serverId" from servers where deleted_at is null order by server_id`;
  return rows.map(row => row.serverId);
}
