// Reads the webhooks of a server.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { openWebhook } from './seal-webhook.ts';
import { findWebhookRow, listWebhookRows } from './store.ts';
import type { Webhook } from './webhook.ts';

export type WebhookFilter = {
  isVerified?: boolean | undefined;
  /** With the hidden ones that stand for the server's own hook URLs. */
  includesServerHooks: boolean;
};

/** Oldest first. Without a stream: those of all streams. */
export async function listWebhooks(
  db: Queryable,
  keyRing: KeyRing,
  serverId: number,
  streamId: string | undefined,
  filter: WebhookFilter = { includesServerHooks: false },
): Promise<Webhook[]> {
  const rows = await listWebhookRows(db, serverId, { ...filter, streamId });
  return rows.map(row => openWebhook(keyRing, row));
}

/** Finds the hidden ones too. */
export async function findWebhook(
  db: Queryable,
  keyRing: KeyRing,
  serverId: number,
  webhookId: number,
): Promise<Webhook | undefined> {
  const row = await findWebhookRow(db, serverId, webhookId);
  return row && openWebhook(keyRing, row);
}
