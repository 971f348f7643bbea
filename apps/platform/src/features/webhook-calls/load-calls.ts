// Loads what is due for several webhooks in one go: their settings, their calls, and the events of these.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import type { ReadDumps } from '../bounces/read-dumps.ts';
import { findEvents } from '../events/find-events.ts';
import { loadWebhooks } from '../webhooks/load-targets.ts';
import type { Webhook } from '../webhooks/webhook.ts';
import { addContents } from './add-contents.ts';
import { textOfKey } from './call.ts';
import type { LoadedCall } from './endpoint-runner.ts';
import { listDueCalls, type WantedCalls } from './store.ts';

export type LoadedEndpoint = { webhook: Webhook; calls: LoadedCall[] };

/**
 * By key. A webhook that is gone is missing; of one that is paused or not verified no calls are loaded. Settings are read
 * each time, never kept.
 */
export async function loadCalls(
  db: Queryable,
  keyRing: KeyRing,
  readDumps: ReadDumps,
  wanted: readonly WantedCalls[],
  now: Date,
): Promise<ReadonlyMap<string, LoadedEndpoint>> {
  const webhooks = await loadWebhooks(db, keyRing, wanted);
  const loaded = new Map(webhooks.map(webhook => [textOfKey(webhook), { webhook, calls: [] as LoadedCall[] }]));
  const calling = wanted.filter(each => mayCall(loaded.get(textOfKey(each))?.webhook));
  if (calling.length === 0) return loaded;
  const calls = await listDueCalls(db, calling, now);
  const events = await addContents(db, readDumps, calls, await findEvents(db, calls), now);
  for (const call of calls) loaded.get(textOfKey(call))?.calls.push({ ...call, event: events.get(call.eventId) });
  return loaded;
}

export function mayCall(webhook: Webhook | undefined): webhook is Webhook {
  return webhook?.isVerified === true && webhook.state !== 'paused';
}
