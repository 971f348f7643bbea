// Finds the keys that sign the mail of a From domain: its own when it is verified, else the installation's.

import { createSigningKey, type SigningKey } from '@pennyblack/email/dkim/signing-key.ts';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { dkimHost, maySign } from './key-rules.ts';
import { findDomain, listDkimKeys, listDomainChecks } from './store.ts';

async function activeKeysOf(
  db: Queryable,
  keyRing: KeyRing,
  accountId: number | null,
  name: string,
): Promise<SigningKey[]> {
  const domain = await findDomain(db, accountId, name);
  if (!domain?.verifiedAt) return [];
  const keys = await listDkimKeys(db, [domain.domainId]);
  const checks = await listDomainChecks(db, [domain.domainId]);
  const checkOf = (host: string) => checks.find(check => check.purpose === 'dkim' && check.host === host);
  return keys
    .filter(key => maySign(key, checkOf(dkimHost(key, domain.name))))
    .map(key =>
      createSigningKey({
        domain: domain.name,
        selector: key.selector,
        algorithm: key.algorithm,
        privateKeyPem: keyRing.decrypt(key.privateKeyEncrypted).toString('utf8'),
      }),
    );
}

/**
 * Empty when neither the domain nor the installation has an active key. Parsing a key costs twice a signature, so
 * callers keep what they get.
 */
export async function findSigningKeys(
  db: Queryable,
  keyRing: KeyRing,
  accountId: number,
  fromDomain: string,
  installationDomain: string,
): Promise<SigningKey[]> {
  const own = await activeKeysOf(db, keyRing, accountId, fromDomain.toLowerCase());
  if (own.length > 0) return own;
  return activeKeysOf(db, keyRing, null, installationDomain.toLowerCase());
}
