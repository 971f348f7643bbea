// Reads sender signatures with the domains that they stand on.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import type { Domain, DomainWithRecords } from '../domains/domain.ts';
import { readDomainByName, readDomainsByName } from '../domains/find-domain.ts';
import { domainOf, type SenderSignature } from './sender.ts';
import { countSignatures, findSignatureById, listSignaturePage } from './store.ts';

/** `domain` is undefined when it was removed. */
export type WholeSignature = { signature: SenderSignature; domain: DomainWithRecords | undefined };
export type ListedSignature = { signature: SenderSignature; domain: Domain | undefined };

/** A verified domain speaks for all its addresses. */
export function isConfirmed({ signature, domain }: ListedSignature): boolean {
  return signature.confirmedAt !== null || domain?.verifiedAt != null;
}

/** @throws Refusal when there is no such signature (501), or when it is somebody else's (507). */
export async function findOwnSignature(
  db: Queryable,
  accountId: number,
  senderId: number | undefined,
): Promise<SenderSignature> {
  const signature = senderId === undefined ? undefined : await findSignatureById(db, senderId);
  if (!signature) throw new Refusal('signature_not_found');
  if (signature.accountId !== accountId) throw new Refusal('signature_of_other_account');
  return signature;
}

/** @throws Refusal as `findOwnSignature`. */
export async function readOwnSignature(
  db: Queryable,
  accountId: number,
  senderId: number | undefined,
): Promise<WholeSignature> {
  const signature = await findOwnSignature(db, accountId, senderId);
  return { signature, domain: await readDomainByName(db, accountId, domainOf(signature)) };
}

/** For a mail about it; undefined when it was removed. */
export async function readSignature(db: Queryable, senderId: number): Promise<WholeSignature | undefined> {
  const signature = await findSignatureById(db, senderId);
  return signature && { signature, domain: await readDomainByName(db, signature.accountId, domainOf(signature)) };
}

export async function readSignaturePage(
  db: Queryable,
  accountId: number,
  page: { count: number; offset: number },
): Promise<{ total: number; signatures: ListedSignature[] }> {
  const total = await countSignatures(db, accountId);
  const signatures = await listSignaturePage(db, accountId, page);
  const domains = await readDomainsByName(db, accountId, new Set(signatures.map(domainOf)));
  return {
    total,
    signatures: signatures.map(signature => ({ signature, domain: domains.get(domainOf(signature)) })),
  };
}
