// Pauses a webhook or lets it go on, by hand or because of how its calls fare, and tells so by an event.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { PlatformEvent } from '../events/event.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { updateState } from './store.ts';
import type { WebhookState } from './webhook.ts';

function eventOf(state: WebhookState): Pick<PlatformEvent, 'kind' | 'details'> {
  if (state === 'active') return { kind: 'webhook_resumed', details: {} };
  return { kind: 'webhook_paused', details: { by: state === 'paused' ? 'customer' : 'failure' } };
}

/**
 * `details` goes into the event beside `webhookId` and, for a pause, `by`. False when nothing changed: there is no such
 * webhook, it was in that state, it is paused by its customer and would become failing, or it is not in `onlyFrom`.
 */
export async function changeWebhookState(
  tx: Tx,
  recordEvents: RecordEvents,
  serverId: number,
  webhookId: number,
  state: WebhookState,
  details: Readonly<Record<string, unknown>>,
  now: Date,
  onlyFrom?: WebhookState,
): Promise<boolean> {
  const streamId = await updateState(tx, serverId, webhookId, state, now, onlyFrom);
  if (streamId === undefined) return false;
  const { kind, details: own } = eventOf(state);
  await recordEvents(tx, [{ kind, serverId, streamId, details: { ...details, webhookId, ...own } }], now);
  return true;
}
