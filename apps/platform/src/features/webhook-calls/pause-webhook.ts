// Pauses the calls of a webhook, and lets them go on. Meanwhile its events are kept, for the retention time.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { changeWebhookState } from '../webhooks/change-webhook-state.ts';
import type { EndpointKey } from './call.ts';

/** Calls under way end; nothing new is called. */
export async function pauseWebhook(
  tx: Tx,
  recordEvents: RecordEvents,
  { serverId, webhookId }: EndpointKey,
  now: Date,
): Promise<void> {
  await changeWebhookState(tx, recordEvents, serverId, webhookId, 'paused', {}, now);
}

/** Also one that counts as failing. What waited goes on by the event that this records (resume-calls.ts). */
export async function resumeWebhook(
  tx: Tx,
  recordEvents: RecordEvents,
  { serverId, webhookId }: EndpointKey,
  now: Date,
): Promise<void> {
  await changeWebhookState(tx, recordEvents, serverId, webhookId, 'active', {}, now);
}
