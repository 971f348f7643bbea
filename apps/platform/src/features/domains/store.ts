// Every SQL statement on domains, dkim_keys and domain_checks.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { sql } from '@pennyblack/runtime/database/sql.ts';
import type { DkimAlgorithm, DkimKey, DkimKeyState, Domain, DomainCheck } from './domain.ts';

const domainColumns = sql`
  domain_id as "domainId", account_id as "accountId", name, created_at as "createdAt",
  waiting_since as "waitingSince", verified_at as "verifiedAt",
  verified_by as "verifiedBy", spf_verified_at as "spfVerifiedAt", return_path_domain as "returnPathDomain",
  return_path_verified_at as "returnPathVerifiedAt", custom_tracking_domain as "customTrackingDomain",
  custom_tracking_verified_at as "customTrackingVerifiedAt"`;

/** `accountId` null names the installation's own domain. */
export async function findDomain(db: Queryable, accountId: number | null, name: string): Promise<Domain | undefined> {
  const rows = await db.query<Domain>`
    select ${domainColumns} from domains where account_id is not distinct from ${accountId} and name = ${name}`;
  return rows[0];
}

/** Verified hosts of tracked links, of all accounts. */
export async function listTrackingHosts(db: Queryable): Promise<{ host: string; accountId: number }[]> {
  return db.query<{ host: string; accountId: number }>`
    select distinct custom_tracking_domain as host, account_id as "accountId"
    from domains
    where custom_tracking_domain is not null and custom_tracking_verified_at is not null
      and verified_at is not null and account_id is not null`;
}

/** Whoever owns it. */
export async function findDomainById(db: Queryable, domainId: number): Promise<Domain | undefined> {
  const rows = await db.query<Domain>`select ${domainColumns} from domains where domain_id = ${domainId}`;
  return rows[0];
}

/** The row stays locked until the transaction ends, so that a check, an edit and a rotation cannot interleave. */
export async function lockDomain(tx: Tx, domainId: number): Promise<Domain | undefined> {
  const rows = await tx.query<Domain>`select ${domainColumns} from domains where domain_id = ${domainId} for update`;
  return rows[0];
}

export async function listDomains(db: Queryable, accountId: number | null): Promise<Domain[]> {
  return db.query<Domain>`
    select ${domainColumns} from domains where account_id is not distinct from ${accountId} order by name`;
}

export async function listDomainPage(
  db: Queryable,
  accountId: number,
  page: { count: number; offset: number },
): Promise<Domain[]> {
  return db.query<Domain>`
    select ${domainColumns} from domains
    where account_id = ${accountId}
    order by name
    limit ${page.count} offset ${page.offset}`;
}

export async function countDomains(db: Queryable, accountId: number): Promise<number> {
  const rows = await db.query<{ count: number }>`
    select count(*)::int as count from domains where account_id = ${accountId}`;
  return rows[0]?.count ?? 0;
}

/** Answers nothing when somebody else has added the domain in the meantime. */
export async function insertDomain(
  tx: Tx,
  accountId: number | null,
  name: string,
  now: Date,
): Promise<number | undefined> {
  const rows = await tx.query<{ domainId: number }>`
    insert into domains (account_id, name, created_at, waiting_since, next_check_at)
    values (${accountId}, ${name}, ${now}, ${now}, ${now})
    on conflict do nothing
    returning domain_id as "domainId"`;
  return rows[0]?.domainId;
}

export async function deleteDomainRows(tx: Tx, domainId: number): Promise<void> {
  await tx.query`delete from domain_checks where domain_id = ${domainId}`;
  await tx.query`delete from dkim_keys where domain_id = ${domainId}`;
  await tx.query`delete from domains where domain_id = ${domainId}`;
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

export async function markSpfVerified(tx: Tx, domainId: number, now: Date): Promise<void> {
  await tx.query`update domains set spf_verified_at = coalesce(spf_verified_at, ${now}) where domain_id = ${domainId}`;
}

/** Another host has to be verified by itself; the same one keeps what is known of it. */
export async function setReturnPathDomain(tx: Tx, domainId: number, host: string | null): Promise<void> {
  await tx.query`
    update domains set return_path_domain = ${host}, return_path_verified_at = null
    where domain_id = ${domainId} and return_path_domain is distinct from ${host}`;
}

export async function setCustomTrackingDomain(tx: Tx, domainId: number, host: string | null): Promise<void> {
  await tx.query`
    update domains set custom_tracking_domain = ${host}, custom_tracking_verified_at = null
    where domain_id = ${domainId} and custom_tracking_domain is distinct from ${host}`;
}

export async function setReturnPathVerified(tx: Tx, domainId: number, verifiedAt: Date | null): Promise<void> {
  await tx.query`update domains set return_path_verified_at = ${verifiedAt} where domain_id = ${domainId}`;
}

export async function setCustomTrackingVerified(tx: Tx, domainId: number, verifiedAt: Date | null): Promise<void> {
  await tx.query`update domains set custom_tracking_verified_at = ${verifiedAt} where domain_id = ${domainId}`;
}

/** Its owner has something to publish: housekeeping looks at once, and often for a while. */
export async function startWaiting(tx: Tx, domainId: number, now: Date): Promise<void> {
  await tx.query`update domains set waiting_since = ${now}, next_check_at = ${now} where domain_id = ${domainId}`;
}

export async function setNextCheck(tx: Tx, domainId: number, at: Date): Promise<void> {
  await tx.query`update domains set next_check_at = ${at} where domain_id = ${domainId}`;
}

/** The next check is pushed out before this one is made, so that a crash or a slow name server makes it late and never a loop. */
export async function claimDomainsToCheck(tx: Tx, count: number, now: Date, nextAt: Date): Promise<number[]> {
  const rows = await tx.query<{ domainId: number }>`
    update domains set next_check_at = ${nextAt}
    where domain_id in (
      select domain_id from domains where next_check_at <= ${now}
      order by next_check_at limit ${count}
      for update skip locked)
    returning domain_id as "domainId"`;
  return rows.map(row => row.domainId);
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
    generation: number;
  },
  now: Date,
): Promise<void> {
  await tx.query`
    insert into dkim_keys (domain_id, selector, algorithm, private_key_encrypted, public_key, state, generation,
                           created_at, activated_at)
    values (${key.domainId}, ${key.selector}, ${key.algorithm}, ${key.privateKeyEncrypted}, ${key.publicKey},
            ${key.state}, ${key.generation}, ${now}, ${key.state === 'active' ? now : null})`;
}

export async function activateDkimKeys(
  tx: Tx,
  domainId: number,
  selectors: readonly string[],
  now: Date,
): Promise<void> {
  await tx.query`
    update dkim_keys set state = 'active', activated_at = ${now}
    where domain_id = ${domainId} and selector = any(${selectors})`;
}

export async function revokeDkimKeys(tx: Tx, domainId: number, selectors: readonly string[], now: Date): Promise<void> {
  await tx.query`
    update dkim_keys set state = 'revoked', revoked_at = ${now}
    where domain_id = ${domainId} and selector = any(${selectors})`;
}

type KeyRow = DkimKey & { domainId: number };

/** Oldest first, revoked ones too. */
export async function listDkimKeys(db: Queryable, domainIds: readonly number[]): Promise<KeyRow[]> {
  return db.query<KeyRow>`
    select domain_id as "domainId", selector, algorithm, public_key as "publicKey",
           private_key_encrypted as "privateKeyEncrypted", state, generation, revoked_at as "revokedAt"
    from dkim_keys
    where domain_id = any(${domainIds})
    order by dkim_key_id`;
}

export async function listDomainChecks(
  db: Queryable,
  domainIds: readonly number[],
): Promise<(DomainCheck & { domainId: number })[]> {
  return db.query`
    select domain_id as "domainId", purpose, host, state, found_value as "foundValue", failure,
           checked_at as "checkedAt", clear_at as "clearAt", changed_at as "changedAt", first_found_at as "firstFoundAt",
           missing_since as "missingSince"
    from domain_checks
    where domain_id = any(${domainIds})
    order by purpose, host`;
}

export async function putDomainCheck(tx: Tx, domainId: number, check: DomainCheck): Promise<void> {
  await tx.query`
    insert into domain_checks (domain_id, purpose, host, state, found_value, failure, checked_at, clear_at, changed_at,
                               first_found_at, missing_since)
    values (${domainId}, ${check.purpose}, ${check.host}, ${check.state}, ${check.foundValue}, ${check.failure},
            ${check.checkedAt}, ${check.clearAt}, ${check.changedAt}, ${check.firstFoundAt}, ${check.missingSince})
    on conflict (domain_id, purpose, host) do update set
      state = excluded.state, found_value = excluded.found_value, failure = excluded.failure,
      checked_at = excluded.checked_at, clear_at = excluded.clear_at, changed_at = excluded.changed_at, first_found_at = excluded.first_found_at,
      missing_since = excluded.missing_since`;
}

/** What is no longer asked about: hosts that the domain has given up, keys that are revoked. */
export async function deleteOtherChecks(tx: Tx, domainId: number, keptHosts: readonly string[]): Promise<void> {
  await tx.query`delete from domain_checks where domain_id = ${domainId} and not host = any(${keptHosts})`;
}
