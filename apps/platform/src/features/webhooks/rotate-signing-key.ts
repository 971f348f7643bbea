// Gives a webhook a new key to sign with; those before it sign beside it for a while, so that its receiver can change over
// without losing a call. Source: the Standard Webhooks specification, "Secret rotation".

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { Refusal } from '../../refusals.ts';
import { openWebhook, sealSigningKeys } from './seal-webhook.ts';
import { newestSigningKey } from './signing-key-rules.ts';
import { makeSigningKey, rotateSigningKeys } from './signing-keys.ts';
import { lockWebhookRow, updateSigningKeys } from './store.ts';
import type { SigningKey } from './webhook.ts';

/** Without a kind the new key is of the newest one's. @throws Refusal webhook_not_found. */
export async function rotateSigningKey(
  tx: Tx,
  keyRing: KeyRing,
  serverId: number,
  webhookId: number,
  { kind, overlapInSeconds }: { kind: SigningKey['kind'] | undefined; overlapInSeconds: number },
  now: Date,
): Promise<readonly SigningKey[]> {
  const row = await lockWebhookRow(tx, serverId, webhookId);
  if (!row) throw new Refusal('webhook_not_found');
  const { signingKeys } = openWebhook(keyRing, row);
  const newKey = makeSigningKey(kind ?? newestSigningKey(signingKeys)?.kind ?? 'hmac', now);
  const keys = rotateSigningKeys(signingKeys, newKey, now, overlapInSeconds);
  await updateSigningKeys(tx, serverId, webhookId, sealSigningKeys(keyRing, keys), now);
  return keys;
}
