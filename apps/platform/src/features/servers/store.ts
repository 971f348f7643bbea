// Every SQL statement on servers and server_tokens.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import type { NewToken } from '../accounts/account.ts';
import type { DeliveryType, SendingServer } from './server.ts';

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

export async function insertServerToken(tx: Tx, serverId: number, token: NewToken, now: Date): Promise<void> {
  await tx.query`
    insert into server_tokens (server_id, token_hash, token_encrypted, created_at)
    values (${serverId}, ${token.tokenHash}, ${token.tokenEncrypted}, ${now})`;
}

export async function findServerByTokenHash(
  db: Queryable,
  tokenHash: Buffer,
): Promise<(SendingServer & { tokenId: number }) | undefined> {
  const rows = await db.query<SendingServer & { tokenId: number }>`
    select server.server_id as "serverId", server.account_id as "accountId", server.name,
           server.delivery_type as "deliveryType", server.track_opens as "trackOpens",
           server.track_links as "trackLinks", token.token_id as "tokenId"
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

export async function findServer(db: Queryable, serverId: number): Promise<SendingServer | undefined> {
  const rows = await db.query<SendingServer>`
    select server_id as "serverId", account_id as "accountId", name, delivery_type as "deliveryType",
           track_opens as "trackOpens", track_links as "trackLinks"
    from servers
    where server_id = ${serverId} and deleted_at is null`;
  return rows[0];
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

export async function selectServerIds(db: Queryable): Promise<number[]> {
  const rows = await db.query<{ serverId: number }>`
    select server_id as "serverId" from servers where deleted_at is null order by server_id`;
  return rows.map(row => row.serverId);
}
