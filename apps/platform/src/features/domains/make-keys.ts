// Makes the DKIM keys of a domain: before the transaction, because an RSA key takes a while.

import { generateDkimKeyPair } from '@pennyblack/email/dkim/signing-key.ts';
import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import type { DkimAlgorithm, DkimKey } from './domain.ts';
import { makeSelectors } from './key-rules.ts';
import { insertDkimKey } from './store.ts';

export type NewKeys = readonly { algorithm: DkimAlgorithm; privateKeyPem: string; publicKeyBase64: string }[];

export async function makeKeys(): Promise<NewKeys> {
  const [rsa, ed25519] = await Promise.all([generateDkimKeyPair('rsa-sha256'), generateDkimKeyPair('ed25519-sha256')]);
  return [
    { ...rsa, algorithm: 'rsa-sha256' },
    { ...ed25519, algorithm: 'ed25519-sha256' },
  ];
}

/** As the next generation of the domain, which the caller has locked or just made. */
export async function storePendingKeys(
  tx: Tx,
  keyRing: KeyRing,
  domainId: number,
  existing: readonly Pick<DkimKey, 'selector' | 'generation'>[],
  keys: NewKeys,
  now: Date,
): Promise<void> {
  const selectors = makeSelectors(now, new Set(existing.map(key => key.selector)));
  const generation = Math.max(0, ...existing.map(key => key.generation)) + 1;
  for (const key of keys) {
    await insertDkimKey(
      tx,
      {
        domainId,
        selector: key.algorithm === 'rsa-sha256' ? selectors.rsa : selectors.ed25519,
        algorithm: key.algorithm,
        privateKeyEncrypted: keyRing.encrypt(key.privateKeyPem),
        publicKey: key.publicKeyBase64,
        state: 'pending',
        generation,
      },
      now,
    );
  }
}
