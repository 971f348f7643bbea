// The two deprecated calls that ask a sender signature about the records of its domain.

import { Refusal } from '../../refusals.ts';
import type { DomainDeps } from '../domains/ports.ts';
import { rotateKeys } from '../domains/rotate-dkim.ts';
import { verifySpf } from '../domains/verify-domain.ts';
import { readOwnSignature, type WholeSignature } from './read-senders.ts';

/** @throws Refusal while a key waits for its record (505, 508), and when the domain was removed (501). */
export async function requestNewDkim(
  deps: DomainDeps,
  accountId: number,
  senderId: number | undefined,
  now: Date,
): Promise<WholeSignature> {
  const { signature, domain } = await readOwnSignature(deps.db, accountId, senderId);
  if (!domain) throw new Refusal('signature_without_dkim');
  await rotateKeys(deps, domain.domainId, now);
  return readOwnSignature(deps.db, accountId, signature.senderId);
}

export async function verifySenderSpf(
  deps: DomainDeps,
  accountId: number,
  senderId: number | undefined,
  now: Date,
): Promise<WholeSignature> {
  const { signature, domain } = await readOwnSignature(deps.db, accountId, senderId);
  if (domain) await verifySpf(deps, accountId, domain.domainId, now);
  return readOwnSignature(deps.db, accountId, signature.senderId);
}
