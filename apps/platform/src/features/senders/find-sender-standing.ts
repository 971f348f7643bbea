// Looks up what an account may do with a From address.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { isDomainVerified } from '../domains/find-domain.ts';
import type { SenderStanding } from './sender-rules.ts';
import { findSignature } from './store.ts';

/** `domain` is the A-label of the address. A verified domain covers its own addresses, not those of its sub-domains. */
export async function findSenderStanding(
  db: Queryable,
  accountId: number,
  from: { address: string; domain: string },
): Promise<SenderStanding> {
  if (await isDomainVerified(db, accountId, from.domain)) return 'verified_domain';
  const signature = await findSignature(db, accountId, addressKey(from.address));
  if (!signature) return 'unknown';
  return signature.isConfirmed ? 'confirmed_signature' : 'unconfirmed_signature';
}
