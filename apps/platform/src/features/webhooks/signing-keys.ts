// Makes and rotates the keys that sign calls. Source: Standard Webhooks 1.0 (standardwebhooks.com), which names the forms
// of keys (`whsec_`, `whpk_`) and wants old and new keys to sign side by side during a rotation.

import { createPublicKey, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import type { SigningKey } from './webhook.ts';

const hmacPrefix = 'whsec_';
const publicPrefix = 'whpk_';
/** Standard Webhooks wants 24 to 64. */
const hmacKeyBytes = 32;
const ed25519KeyBytes = 32;

export function makeSigningKey(kind: SigningKey['kind'], now: Date): SigningKey {
  return { keyId: randomUUID(), kind, secret: makeSecret(kind), createdAt: now.toISOString(), expiresAt: null };
}

function makeSecret(kind: SigningKey['kind']): string {
  if (kind === 'hmac') return hmacPrefix + randomBytes(hmacKeyBytes).toString('base64');
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** What a receiver needs to check signatures. For hmac that is the secret itself, which must stay with the receiver. */
export function publicSigningKey(key: SigningKey): string {
  if (key.kind === 'hmac') return key.secret;
  const der = createPublicKey(key.secret).export({ type: 'spki', format: 'der' });
  // The raw key stands at the end of its DER form (RFC 8410 4).
  return publicPrefix + der.subarray(-ed25519KeyBytes).toString('base64');
}

/** The bytes of an hmac key. */
export function hmacKeyBytesOf(key: SigningKey): Buffer {
  const { secret } = key;
  return Buffer.from(secret.startsWith(hmacPrefix) ? secret.slice(hmacPrefix.length) : secret, 'base64');
}

export function isActive(key: SigningKey, now: Date): boolean {
  return key.expiresAt === null || Date.parse(key.expiresAt) > now.getTime();
}

/**
 * The new key first, then the one that it replaces, which signs along for the overlap. Nothing else stays: of keys that
 * were still active beside the newest one, a further rotation is the end.
 */
export function rotateSigningKeys(
  keys: readonly SigningKey[],
  newKey: SigningKey,
  now: Date,
  overlapInSeconds: number,
): SigningKey[] {
  const replaced = newestOf(keys.filter(key => isActive(key, now)));
  if (!replaced || overlapInSeconds <= 0) return [newKey];
  const end = now.getTime() + overlapInSeconds * 1000;
  // One that ends earlier anyway is not given more time.
  const expiresAt = replaced.expiresAt === null ? end : Math.min(end, Date.parse(replaced.expiresAt));
  return [newKey, { ...replaced, expiresAt: new Date(expiresAt).toISOString() }];
}

/** Of those without an end, if there are any: the others have been replaced already. */
function newestOf(keys: readonly SigningKey[]): SigningKey | undefined {
  const lasting = keys.filter(key => key.expiresAt === null);
  const [newest] = [...(lasting.length > 0 ? lasting : keys)].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  return newest;
}
