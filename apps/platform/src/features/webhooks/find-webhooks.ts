// Reads the webhooks of a server.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { Refusal } from '../../refusals.ts';
import { findStreams } from '../streams/find-streams.ts';
import { openWebhook } from './seal-webhook.ts';
import { findWebhookRow, listWebhookRows } from './store.ts';
import type { Webhook } from './webhook.ts';

export type WebhookFilter = {
  isVerified?: boolean | undefined;
  /** With the hidden ones that stand for the server's own hook URLs. */
  includesServerHooks: boolean;
};

/** Oldest first. Without a stream: those of all streams. @throws Refusal stream_not_found. */
export async function listWebhooks(
  db: Queryable,
  keyRing: KeyRing,
  serverId: number,
  streamId: string | undefined,
  filter: WebhookFilter = { includesServerHooks: false },
): Promise<Webhook[]> {
  if (streamId !== undefined && !(await findStreams(db, serverId)).has(streamId)) throw new Refusal('stream_not_found');
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

/** @throws Refusal webhook_not_found. */
export async function getWebhook(
  db: Queryable,
  keyRing: KeyRing,
  serverId: number,
  webhookId: number,
): Promise<Webhook> {
  const webhook = await findWebhook(db, keyRing, serverId, webhookId);
  if (!webhook) throw new Refusal('webhook_not_found');
  return webhook;
}
