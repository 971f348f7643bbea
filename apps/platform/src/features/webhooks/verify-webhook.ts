// Keeps what came of verifying a webhook that exists. The calls were made before, outside the transaction.

import { isDeepStrictEqual } from 'node:util';
import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { Refusal } from '../../refusals.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { changeWebhookState } from './change-webhook-state.ts';
import { openWebhook } from './seal-webhook.ts';
import { lockWebhookRow, updateVerified } from './store.ts';
import type { Webhook } from './webhook.ts';

/**
 * `called` is the webhook as it was called. One that was given another target or more triggers meanwhile stays as it is.
 * The server's own hook URLs are always verified; for them only a failing state ends. @throws Refusal webhook_not_found.
 */
export async function keepVerification(
  tx: Tx,
  keyRing: KeyRing,
  recordEvents: RecordEvents,
  called: Webhook,
  hasPassed: boolean,
  now: Date,
): Promise<void> {
  const { serverId, webhookId } = called;
  const row = await lockWebhookRow(tx, serverId, webhookId);
  if (!row) throw new Refusal('webhook_not_found');
  const webhook = openWebhook(keyRing, row);
  if (!isDeepStrictEqual(webhook.target, called.target)) return;
  if (!webhook.triggers.every(trigger => called.triggers.includes(trigger))) return;
  if (webhook.serverHook === null && webhook.isVerified !== hasPassed)
    await updateVerified(tx, serverId, webhookId, hasPassed, now);
  if (hasPassed && webhook.state === 'failing')
    await changeWebhookState(tx, recordEvents, serverId, webhookId, 'active', { by: 'verification' }, now);
}
