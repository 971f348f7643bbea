// Signs a call, so that its receiver can tell that it is ours, whole and fresh. Source: Standard Webhooks 1.0: the headers,
// `id.timestamp.body` as what is signed, `v1` for HMAC-SHA256 and `v1a` for Ed25519, one signature for each active key.

import { createHmac, createPrivateKey, createSecretKey, type KeyObject, sign } from 'node:crypto';
import { hmacKeyBytesOf, isActive } from './signing-keys.ts';
import type { SigningKey } from './webhook.ts';

/** In lower case. No custom header may take their place. */
export const signatureHeaderNames: readonly string[] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

/** `at` is the time of this attempt, not of the event: receivers refuse what is older than some minutes. */
export function signatureHeaders(
  keys: readonly SigningKey[],
  signed: { id: string; at: Date; body: string },
): Record<string, string> {
  const timestamp = Math.floor(signed.at.getTime() / 1000).toString();
  const active = keys.filter(key => isActive(key, signed.at));
  const headers = { 'webhook-id': signed.id, 'webhook-timestamp': timestamp };
  if (active.length === 0) return headers;

  const before = `${signed.id}.${timestamp}.`;
  return { ...headers, 'webhook-signature': active.map(key => signatureOf(key, before, signed.body)).join(' ') };
}

function signatureOf(key: SigningKey, before: string, body: string): string {
  const keyObject = keyObjectOf(key);
  // In two parts, because a body of inbound mail may be a hundred megabytes, which nobody has to copy for that.
  if (key.kind === 'hmac')
    return `v1,${createHmac('sha256', keyObject).update(before).update(body, 'utf8').digest('base64')}`;
  return `v1a,${sign(null, Buffer.from(before + body, 'utf8'), keyObject).toString('base64')}`;
}

/** By secret. To read a key costs more than to sign with it. */
const keyObjects = new Map<string, KeyObject>();
const keyObjectsMax = 10_000;

function keyObjectOf(key: SigningKey): KeyObject {
  const kept = keyObjects.get(key.secret);
  if (kept) return kept;
  const made = key.kind === 'hmac' ? createSecretKey(hmacKeyBytesOf(key)) : createPrivateKey(key.secret);
  const [oldest] = keyObjects.size >= keyObjectsMax ? keyObjects.keys() : [];
  if (oldest !== undefined) keyObjects.delete(oldest);
  keyObjects.set(key.secret, made);
  return made;
}
