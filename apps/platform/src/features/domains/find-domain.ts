// Answers questions about domains.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import type { Domain, DomainWithRecords } from './domain.ts';
import {
  countDomains,
  findDomain,
  findDomainById,
  listDkimKeys,
  listDomainChecks,
  listDomainPage,
  listDomains,
  listTrackingHosts,
} from './store.ts';

/** `domain` in any case; a verified domain covers exactly itself. */
export async function isDomainVerified(db: Queryable, accountId: number, domain: string): Promise<boolean> {
  const found = await findDomain(db, accountId, domain.toLowerCase());
  return found?.verifiedAt != null;
}

export async function readDomains(db: Queryable, accountId: number): Promise<Domain[]> {
  return listDomains(db, accountId);
}

/** The host of the return paths of a From domain's mail; undefined where the installation's own serves. */
export async function findReturnPathHost(
  db: Queryable,
  accountId: number,
  fromDomain: string,
): Promise<string | undefined> {
  const domain = await findDomain(db, accountId, fromDomain.toLowerCase());
  if (!domain?.verifiedAt || !domain.returnPathVerifiedAt) return undefined;
  return domain.returnPathDomain ?? undefined;
}

/** The host of the tracked links of a From domain's mail; undefined where the installation's own serves. */
export async function findTrackingHost(
  db: Queryable,
  accountId: number,
  fromDomain: string,
): Promise<string | undefined> {
  const domain = await findDomain(db, accountId, fromDomain.toLowerCase());
  if (!domain?.verifiedAt || !domain.customTrackingVerifiedAt) return undefined;
  return domain.customTrackingDomain ?? undefined;
}

/** Verified hosts of tracked links, with the accounts that they belong to. */
export async function readTrackingHosts(db: Queryable): Promise<{ host: string; accountId: number }[]> {
  return listTrackingHosts(db);
}

/** @throws Refusal when there is no such domain (510), or when it is somebody else's (513). */
export async function findOwnDomain(db: Queryable, accountId: number, domainId: number | undefined): Promise<Domain> {
  const domain = domainId === undefined ? undefined : await findDomainById(db, domainId);
  // The installation's own domain is nobody's business.
  if (!domain || domain.accountId === null) throw new Refusal('domain_not_found');
  if (domain.accountId !== accountId) throw new Refusal('domain_of_other_account');
  return domain;
}

export async function withRecords(db: Queryable, domains: readonly Domain[]): Promise<DomainWithRecords[]> {
  const ids = domains.map(domain => domain.domainId);
  const keys = await listDkimKeys(db, ids);
  const checks = await listDomainChecks(db, ids);
  return domains.map(domain => ({
    ...domain,
    keys: keys.filter(key => key.domainId === domain.domainId),
    checks: checks.filter(check => check.domainId === domain.domainId),
  }));
}

async function withOwnRecords(db: Queryable, domain: Domain): Promise<DomainWithRecords> {
  const [whole] = await withRecords(db, [domain]);
  if (!whole) throw new Error('One domain in, one domain out.');
  return whole;
}

/** @throws Refusal as `findOwnDomain`. */
export async function readOwnDomain(
  db: Queryable,
  accountId: number,
  domainId: number | undefined,
): Promise<DomainWithRecords> {
  return withOwnRecords(db, await findOwnDomain(db, accountId, domainId));
}

/** `accountId` null: the installation's own. */
export async function readDomainByName(
  db: Queryable,
  accountId: number | null,
  name: string,
): Promise<DomainWithRecords | undefined> {
  const domain = await findDomain(db, accountId, name.toLowerCase());
  return domain && withOwnRecords(db, domain);
}

/** The domains of senders, by name; what is not there is absent. */
export async function readDomainsByName(
  db: Queryable,
  accountId: number,
  names: ReadonlySet<string>,
): Promise<Map<string, Domain>> {
  const domains = await listDomains(db, accountId);
  return new Map(domains.filter(domain => names.has(domain.name)).map(domain => [domain.name, domain]));
}

export async function readDomainPage(
  db: Queryable,
  accountId: number,
  page: { count: number; offset: number },
): Promise<{ total: number; domains: DomainWithRecords[] }> {
  const total = await countDomains(db, accountId);
  return { total, domains: await withRecords(db, await listDomainPage(db, accountId, page)) };
}
