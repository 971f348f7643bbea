// Checks records on a customer's wish.

import { Refusal } from '../../refusals.ts';
import { checkDomain } from './check-domain.ts';
import type { CheckPurpose, DomainWithRecords } from './domain.ts';
import { findOwnDomain, readOwnDomain } from './find-domain.ts';
import type { DomainDeps } from './ports.ts';
import { markSpfVerified } from './store.ts';

/**
 * Answers the domain as it is afterwards, whether the record was there or not. @throws Refusal (709) when no resolver of
 * ours answered at all: then nobody knows, and the operator has to mend something.
 */
export async function verifyDomain(
  deps: DomainDeps,
  accountId: number,
  domainId: number | undefined,
  purpose: CheckPurpose,
  now: Date,
): Promise<DomainWithRecords> {
  const domain = await findOwnDomain(deps.db, accountId, domainId);
  const looked = (await checkDomain(deps, domain.domainId, now, new Set([purpose]))) ?? [];
  const isBroken = looked.length > 0 && looked.every(({ result }) => result.kind === 'unreachable');
  if (isBroken && purpose === 'dkim') throw new Refusal('dkim_check_misconfigured');
  return readOwnDomain(deps.db, accountId, domain.domainId);
}

/**
 * Receivers ask the SPF record of the return path's host, which is ours or leads to ours, and never that of From (RFC 7208
 * 2.4). So there is nothing to find in the customer's DNS, and the answer is yes, as Postmark's.
 */
export async function verifySpf(
  deps: DomainDeps,
  accountId: number,
  domainId: number | undefined,
  now: Date,
): Promise<DomainWithRecords> {
  return deps.db.transaction(async tx => {
    const domain = await findOwnDomain(tx, accountId, domainId);
    await markSpfVerified(tx, domain.domainId, now);
    return readOwnDomain(tx, accountId, domain.domainId);
  });
}
