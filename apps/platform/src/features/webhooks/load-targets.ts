// Reads webhooks with everything a call needs, in the clear.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { openWebhook } from './seal-webhook.ts';
import { findWebhookRows } from './store.ts';
import type { Webhook } from './webhook.ts';

/** In no particular order; one that was deleted is left out. */
export async function loadWebhooks(
  db: Queryable,
  keyRing: KeyRing,
  keys: readonly { serverId: number; webhookId: number }[],
): Promise<Webhook[]> {
  if (keys.length === 0) return [];
  const rows = await findWebhookRows(db, keys);
  return rows.map(row => openWebhook(keyRing, row));
}
