// Pauses the calls of a webhook, and lets them go on. Meanwhile its events are kept, for the retention time.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { changeWebhookState } from '../webhooks/change-webhook-state.ts';
import type { EndpointKey } from './call.ts';
import { clearHealth, makeCallsDue } from './store.ts';

/** Calls under way end; nothing new is called. */
export async function pauseWebhook(
  tx: Tx,
  recordEvents: RecordEvents,
  { serverId, webhookId }: EndpointKey,
  now: Date,
): Promise<void> {
  await changeWebhookState(tx, recordEvents, serverId, webhookId, 'paused', {}, now);
}

/** Everything that waited is due, the oldest first; what it did in the past does not count any more. Also for one that counts as failing. */
export async function resumeWebhook(
  tx: Tx,
  recordEvents: RecordEvents,
  endpoint: EndpointKey,
  now: Date,
): Promise<void> {
  await changeWebhookState(tx, recordEvents, endpoint.serverId, endpoint.webhookId, 'active', {}, now);
  await clearHealth(tx, endpoint);
  await makeCallsDue(tx, endpoint);
}
