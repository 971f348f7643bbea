// Removes a webhook. Calls of it that are still open find nobody to call and end with that.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { refuseServerHook } from './server-hook-rules.ts';
import { deleteWebhookRow, lockWebhookRow } from './store.ts';

/** @throws Refusal webhook_not_found, webhook_of_integration for one that stands for a hook URL of the server itself. */
export async function deleteWebhook(tx: Tx, serverId: number, webhookId: number): Promise<void> {
  const webhook = await lockWebhookRow(tx, serverId, webhookId);
  if (!webhook) throw new Refusal('webhook_not_found');
  refuseServerHook(webhook);
  await deleteWebhookRow(tx, serverId, webhookId);
}
