// Removes a domain with its keys. Sender signatures on it stay, and count by themselves.

import { Refusal } from '../../refusals.ts';
import { announceDirectoryChange } from '../accounts/announce-change.ts';
import { findOwnDomain } from './find-domain.ts';
import type { DomainDeps } from './ports.ts';
import { deleteDomainRows, lockDomain } from './store.ts';

/** Answers the name. */
export async function deleteDomain(deps: DomainDeps, accountId: number, domainId: number | undefined): Promise<string> {
  return deps.db.transaction(async tx => {
    const domain = await findOwnDomain(tx, accountId, domainId);
    if (!(await lockDomain(tx, domain.domainId))) throw new Refusal('domain_not_found');
    await deleteDomainRows(tx, domain.domainId);
    await announceDirectoryChange(tx);
    return domain.name;
  });
}
