// Adds a sending domain with a DKIM key of each kind, and lets an operator vouch for one.

import type { Pool, Tx } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { moveKeys } from './key-rules.ts';
import { makeKeys, type NewKeys, storePendingKeys } from './make-keys.ts';
import {
  activateDkimKeys,
  findDomain,
  insertDomain,
  listDkimKeys,
  lockDomain,
  markDomainVerified,
  revokeDkimKeys,
} from './store.ts';

/** Undefined when the account has a domain of this name already. `name` as A-labels in lower case. */
export async function insertDomainWithKeys(
  tx: Tx,
  keyRing: KeyRing,
  accountId: number | null,
  name: string,
  keys: NewKeys,
  now: Date,
): Promise<number | undefined> {
  const domainId = await insertDomain(tx, accountId, name, now);
  if (domainId !== undefined) await storePendingKeys(tx, keyRing, domainId, [], keys, now);
  return domainId;
}

/** Makes sure that the domain exists, with keys. `accountId` null is the installation's own domain. Answers its id. */
export async function addDomain(
  db: Pool,
  keyRing: KeyRing,
  accountId: number | null,
  name: string,
  now: Date,
): Promise<number> {
  const domainName = name.toLowerCase();
  const existing = await findDomain(db, accountId, domainName);
  if (existing) return existing.domainId;

  const keys = await makeKeys();
  return db.transaction(async tx => {
    const domainId = await insertDomainWithKeys(tx, keyRing, accountId, domainName, keys, now);
    // Somebody added it while our keys were being made: theirs stand.
    return domainId ?? (await findDomain(tx, accountId, domainName))?.domainId ?? 0;
  });
}

/**
 * The operator's word that the domain is ours to send from, and that its DKIM records are published: its newest keys sign
 * from now on.
 */
export async function vouchForDomain(tx: Tx, domainId: number, now: Date): Promise<void> {
  await lockDomain(tx, domainId);
  await markDomainVerified(tx, domainId, 'operator', now);
  const { activate, revoke } = moveKeys(await listDkimKeys(tx, [domainId]), () => true);
  await activateDkimKeys(tx, domainId, activate, now);
  await revokeDkimKeys(tx, domainId, revoke, now);
}

/** At a start: what is verified already stays as it is, so that a rotation that waits for its record goes on waiting. */
export async function vouchUnlessVerified(tx: Tx, domainId: number, now: Date): Promise<void> {
  const domain = await lockDomain(tx, domainId);
  if (domain?.verifiedAt === null) await vouchForDomain(tx, domainId, now);
}
