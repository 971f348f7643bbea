// Adds a sending domain with a DKIM key of each kind, made before the transaction because RSA keys take a while.

import { generateDkimKeyPair } from '@pennyblack/email/dkim/signing-key.ts';
import type { Pool, Tx } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import type { DkimAlgorithm } from './domain.ts';
import { activateDkimKeys, findDomain, insertDkimKey, insertDomain, markDomainVerified } from './store.ts';

type NewKey = { algorithm: DkimAlgorithm; selector: string; privateKeyPem: string; publicKeyBase64: string };

async function makeKeys(now: Date): Promise<NewKey[]> {
  // The date in the selector tells an operator the age of a key. Two algorithms need two selectors (RFC 8463 3).
  const day = now.toISOString().slice(0, 10).replaceAll('-', '');
  const [rsa, ed25519] = await Promise.all([generateDkimKeyPair('rsa-sha256'), generateDkimKeyPair('ed25519-sha256')]);
  return [
    { ...rsa, algorithm: 'rsa-sha256', selector: `pb${day}r` },
    { ...ed25519, algorithm: 'ed25519-sha256', selector: `pb${day}e` },
  ];
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

  const keys = await makeKeys(now);
  return db.transaction(async tx => {
    const domainId = await insertDomain(tx, accountId, domainName, now);
    // Somebody added it while our keys were being made: theirs stand.
    if (domainId === undefined) return (await findDomain(tx, accountId, domainName))?.domainId ?? 0;
    for (const key of keys) {
      const privateKeyEncrypted = keyRing.encrypt(key.privateKeyPem);
      const { selector, algorithm } = key;
      await insertDkimKey(
        tx,
        { domainId, selector, algorithm, privateKeyEncrypted, publicKey: key.publicKeyBase64, state: 'pending' },
        now,
      );
    }
    return domainId;
  });
}

/** The operator's word that the domain is ours to send from, and that its DKIM records are published: its keys sign from now on. */
export async function vouchForDomain(tx: Tx, domainId: number, now: Date): Promise<void> {
  await markDomainVerified(tx, domainId, 'operator', now);
  await activateDkimKeys(tx, domainId, now);
}
