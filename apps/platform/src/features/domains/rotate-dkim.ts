// Begins a rotation: a new pair of keys waits for its records, and the old pair goes on signing until they are seen.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import type { DomainWithRecords } from './domain.ts';
import { readOwnDomain } from './find-domain.ts';
import { dkimHost, layOutKeys, updateStatus } from './key-rules.ts';
import { makeKeys, storePendingKeys } from './make-keys.ts';
import type { DomainDeps } from './ports.ts';
import { findDomainById, listDkimKeys, listDomainChecks, lockDomain, startWaiting } from './store.ts';

/** @throws Refusal while a key waits: 505, or 508 when something else was published in its place. */
async function refuseWhileWaiting(db: Queryable, domainId: number): Promise<void> {
  const name = (await findDomainById(db, domainId))?.name ?? '';
  const { pending } = layOutKeys(await listDkimKeys(db, [domainId]));
  if (!pending.rsa) return;
  const host = dkimHost(pending.rsa, name);
  const check = (await listDomainChecks(db, [domainId])).find(one => one.purpose === 'dkim' && one.host === host);
  if (updateStatus(pending.rsa, check) === 'Failed') {
    throw new Refusal(
      'dkim_not_renewing',
      `The DKIM renewal has failed: the TXT record at '${host}' holds another key. Please publish the pending value there.`,
    );
  }
  throw new Refusal('dkim_renewal_running');
}

/** Of any domain, the installation's own included. */
export async function rotateKeys(deps: Pick<DomainDeps, 'db' | 'keyRing'>, domainId: number, now: Date): Promise<void> {
  await refuseWhileWaiting(deps.db, domainId);
  const keys = await makeKeys();
  await deps.db.transaction(async tx => {
    if (!(await lockDomain(tx, domainId))) throw new Refusal('domain_not_found');
    await refuseWhileWaiting(tx, domainId);
    const existing = await listDkimKeys(tx, [domainId]);
    await storePendingKeys(tx, deps.keyRing, domainId, existing, keys, now);
    await startWaiting(tx, domainId, now);
  });
}

export async function rotateDkim(
  deps: DomainDeps,
  accountId: number,
  domainId: number | undefined,
  now: Date,
): Promise<DomainWithRecords> {
  const domain = await readOwnDomain(deps.db, accountId, domainId);
  await rotateKeys(deps, domain.domainId, now);
  return readOwnDomain(deps.db, accountId, domain.domainId);
}
