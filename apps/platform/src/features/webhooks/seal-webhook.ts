// What of a webhook is encrypted in the database, and how it becomes readable again.

import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import type { WebhookRow } from './store.ts';
import type { SigningKey, Webhook, WebhookTarget } from './webhook.ts';

export function sealTarget(keyRing: KeyRing, { url, httpAuth, httpHeaders }: WebhookTarget): Buffer {
  return keyRing.encrypt(JSON.stringify({ url, httpAuth, httpHeaders }));
}

export function sealSigningKeys(keyRing: KeyRing, keys: readonly SigningKey[]): Buffer {
  return keyRing.encrypt(JSON.stringify(keys));
}

export function openWebhook(keyRing: KeyRing, row: WebhookRow): Webhook {
  const { targetEncrypted, signingKeysEncrypted, ...rest } = row;
  return {
    ...rest,
    target: JSON.parse(keyRing.decrypt(targetEncrypted).toString('utf8')) as WebhookTarget,
    signingKeys: JSON.parse(keyRing.decrypt(signingKeysEncrypted).toString('utf8')) as SigningKey[],
  };
}
