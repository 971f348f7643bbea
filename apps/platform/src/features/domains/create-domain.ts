// Adds a domain on a customer's wish.

import { Refusal } from '../../refusals.ts';
import { insertDomainWithKeys } from './add-domain.ts';
import type { DomainWithRecords } from './domain.ts';
import { decideDomainName } from './domain-rules.ts';
import { type DomainChanges, decideChanges, storeChanges } from './edit-domain.ts';
import { readOwnDomain } from './find-domain.ts';
import { makeKeys } from './make-keys.ts';
import type { DomainDeps } from './ports.ts';
import { findDomain } from './store.ts';

export async function createDomain(
  deps: DomainDeps,
  accountId: number,
  wish: { name: string | undefined } & DomainChanges,
  now: Date,
): Promise<DomainWithRecords> {
  const decision = decideDomainName(wish.name);
  if (decision.kind === 'refused') throw new Refusal(decision.refusal, decision.message);
  const changes = decideChanges(wish, decision.name);
  // Looked up first: a key takes a while to make. The insert decides.
  if (await findDomain(deps.db, accountId, decision.name)) throw new Refusal('domain_exists');
  const keys = await makeKeys();
  return deps.db.transaction(async tx => {
    const domainId = await insertDomainWithKeys(tx, deps.keyRing, accountId, decision.name, keys, now);
    if (domainId === undefined) throw new Refusal('domain_exists');
    await storeChanges(tx, domainId, changes, now);
    return readOwnDomain(tx, accountId, domainId);
  });
}
