// Proves that this process holds the secret key with which this database's secrets were encrypted.

import type { Pool, Queryable } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { findSecretCheck, insertSecretCheck } from './store.ts';

const checkText = 'pennyblack secret check';

/** False when the database was written with another key. The first start writes the check value. */
export async function checkSecret(db: Pool, keyRing: KeyRing, now: Date): Promise<boolean> {
  await db.transaction(tx => insertSecretCheck(tx, keyRing.encrypt(checkText), now));
  return (await opensSecrets(db, keyRing)) ?? false;
}

/** The same, and writes nothing. Undefined when there is no check value yet. */
export async function opensSecrets(db: Queryable, keyRing: KeyRing): Promise<boolean | undefined> {
  const stored = await findSecretCheck(db);
  if (!stored) return undefined;
  try {
    return keyRing.decrypt(stored).toString('utf8') === checkText;
  } catch {
    // An unknown key id or a failed authentication tag: both mean that the key is another one.
    return false;
  }
}
