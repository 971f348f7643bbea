// Locks webhooks whose state is about to change.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { lockWebhookRows } from './store.ts';

/**
 * They stay locked until the transaction ends, and are locked in one order, whoever does it. Before anything that follows
 * from their state is written: who resumes a webhook by hand locks the webhook first as well.
 */
export async function lockWebhooks(tx: Tx, keys: readonly { serverId: number; webhookId: number }[]): Promise<void> {
  if (keys.length > 0) await lockWebhookRows(tx, keys);
}
