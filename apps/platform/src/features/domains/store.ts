// Every SQL statement on domains and dkim_keys.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import type { DkimAlgorithm, DkimKey, DkimKeyState, Domain } from './domain.ts';

/** `accountId` null names the installation's own domain. */
export async function findDomain(db: Queryable, accountId: number | null, name: string): Promise<Domain | undefined> {
  const rows = await db.query<Domain>`
    select domain_id as "domainId", account_id as "accountId", name, verified_at as "verifiedAt"
    from domains
    where account_id is not distinct from ${accountId} and name = ${name}`;
  return rows[0];
}

export async function listDomains(db: Queryable, accountId: number | null): Promise<Domain[]> {
  return db.query<Domain>`
    select domain_id as "domainId", account_id as "accountId", name, verified_at as "verifiedAt"
    from domains
    where account_id is not distinct from ${accountId}
    order by name`;
}

/** Answers nothing when somebody else has added the domain in the meantime. */
export async function insertDomain(
  tx: Tx,
  accountId: number | null,
  name: string,
  now: Date,
): Promise<number | undefined> {
  const rows = await tx.query<{ domainId: number }>`
    insert into domains (account_id, name, created_at) values (${accountId}, ${name}, ${now})
    on conflict do nothing
    returning domain_id as "domainId"`;
  return rows[0]?.domainId;
}

export async function markDomainVerified(
  tx: Tx,
  domainId: number,
  verifiedBy: 'operator' | 'dns',
  now: Date,
): Promise<void> {
  await tx.query`
    update domains set verified_at = coalesce(verified_at, ${now}), verified_by = coalesce(verified_by, ${verifiedBy})
    where domain_id = ${domainId}`;
}

export async function insertDkimKey(
  tx: Tx,
  key: {
    domainId: number;
    selector: string;
    algorithm: DkimAlgorithm;
    privateKeyEncrypted: Buffer;
    publicKey: string;
    state: DkimKeyState;
  },
  now: Date,
): Promise<void> {
  await tx.query`
    insert into dkim_keys (domain_id, selector, algorithm, private_key_encrypted, public_key, state, created_at, activated_at)
    values (${key.domainId}, ${key.selector}, ${key.algorithm}, ${key.privateKeyEncrypted}, ${key.publicKey}, ${key.state}, ${now},
            ${key.state === 'active' ? now : null})`;
}

export async function activateDkimKeys(tx: Tx, domainId: number, now: Date): Promise<void> {
  await tx.query`
    update dkim_keys set state = 'active', activated_at = ${now}
    where domain_id = ${domainId} and state = 'pending'`;
}

export async function listDkimKeys(db: Queryable, domainId: number): Promise<DkimKey[]> {
  return db.query<DkimKey>`
    select selector, algorithm, public_key as "publicKey", private_key_encrypted as "privateKeyEncrypted", state
    from dkim_keys
    where domain_id = ${domainId} and state <> 'revoked'
    order by dkim_key_id`;
}
