// Changes the hosts of a domain. Its name and keys stay.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { announceDirectoryChange } from '../accounts/announce-change.ts';
import { isAliasThere } from './check-domain.ts';
import type { Domain, DomainWithRecords } from './domain.ts';
import { decideHost } from './domain-rules.ts';
import { findOwnDomain, readOwnDomain } from './find-domain.ts';
import type { DomainDeps } from './ports.ts';
import { lockDomain, setCustomTrackingDomain, setReturnPathDomain, startWaiting } from './store.ts';

/** What is absent stays; an empty text clears. */
export type DomainChanges = { returnPathDomain?: string | undefined; customTrackingDomain?: string | undefined };

export type DecidedChanges = { returnPath?: string | null; tracking?: string | null };

/** @throws Refusal when a name is no subdomain of `domain`. */
export function decideChanges(changes: DomainChanges, domain: string): DecidedChanges {
  const decided: DecidedChanges = {};
  const decide = (field: string, given: string): string | null => {
    const decision = decideHost(field, given, domain);
    if (decision.kind === 'refused') throw new Refusal(decision.refusal, decision.message);
    return decision.host;
  };
  if (changes.returnPathDomain !== undefined) decided.returnPath = decide('ReturnPathDomain', changes.returnPathDomain);
  if (changes.customTrackingDomain !== undefined)
    decided.tracking = decide('CustomTrackingDomain', changes.customTrackingDomain);
  return decided;
}

/** On a domain that the caller has locked or just made. @throws Refusal when both hosts would have one name. */
export async function storeChanges(tx: Tx, domainId: number, changes: DecidedChanges, now: Date): Promise<void> {
  if (changes.returnPath !== undefined) await setReturnPathDomain(tx, domainId, changes.returnPath);
  if (changes.tracking !== undefined) await setCustomTrackingDomain(tx, domainId, changes.tracking);
  const domain = await lockDomain(tx, domainId);
  if (!domain) throw new Refusal('domain_not_found');
  if (domain.returnPathDomain !== null && domain.returnPathDomain === domain.customTrackingDomain) {
    // One name has one CNAME (RFC 1034 3.6.2), and these two lead to different places.
    throw new Refusal(
      'sender_or_domain_field_invalid',
      "'ReturnPathDomain' and 'CustomTrackingDomain' must be different names.",
    );
  }
  await startWaiting(tx, domainId, now);
  await announceDirectoryChange(tx);
}

/**
 * A return path that works is not given up for one that does not: bounces would be lost from the next message on. Asks the
 * DNS, so it is called before the transaction. @throws Refusal (523)
 */
export async function checkReplacement(deps: DomainDeps, domain: Domain, changes: DecidedChanges): Promise<void> {
  const { returnPath } = changes;
  if (returnPath == null || domain.returnPathVerifiedAt === null || returnPath === domain.returnPathDomain) return;
  if (await isAliasThere(deps.lookUp, returnPath, deps.hosts.mailHost)) return;
  throw new Refusal(
    'return_path_record_missing',
    `Please add the record '${returnPath} CNAME ${deps.hosts.mailHost}' to your DNS first: '${domain.returnPathDomain}' is verified and in use.`,
  );
}

export async function editDomain(
  deps: DomainDeps,
  accountId: number,
  domainId: number | undefined,
  wish: { name?: string | undefined } & DomainChanges,
  now: Date,
): Promise<DomainWithRecords> {
  const domain = await findOwnDomain(deps.db, accountId, domainId);
  const { name, ...changes } = wish;
  if (name === undefined && Object.values(changes).every(value => value === undefined))
    throw new Refusal('sender_or_domain_update_empty');
  // Clients that send back the whole object name it; they must not believe that they have renamed it.
  if (name !== undefined && name.trim().toLowerCase() !== domain.name)
    throw new Refusal('sender_or_domain_fields_invalid', "The 'Name' of a domain cannot be changed.");
  const decided = decideChanges(changes, domain.name);
  await checkReplacement(deps, domain, decided);
  return deps.db.transaction(async tx => {
    await storeChanges(tx, domain.domainId, decided, now);
    return readOwnDomain(tx, accountId, domain.domainId);
  });
}
