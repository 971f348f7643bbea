// Gives events of bounces the source of their bounce, for calls whose webhook asks for it. It is read when a call is
// made and not copied into each event: most webhooks do not want it, and it is deleted after 30 days.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { BounceKey, ReadDumps } from '../bounces/read-dumps.ts';
import type { StoredEvent } from '../events/event.ts';
import type { OpenCall } from './call.ts';

function bounceOf(event: StoredEvent): BounceKey | undefined {
  const { bounceId, hasDump } = event.details;
  return typeof bounceId === 'number' && hasDump === true ? { serverId: event.serverId, bounceId } : undefined;
}

/** The same events by their ids; those of the wanting calls with their `content`. */
export async function addContents(
  db: Queryable,
  readDumps: ReadDumps,
  calls: readonly Pick<OpenCall, 'eventId' | 'includesContent'>[],
  events: ReadonlyMap<string, StoredEvent>,
  now: Date,
): Promise<ReadonlyMap<string, StoredEvent>> {
  const wanting = calls.flatMap(call => (call.includesContent ? (events.get(call.eventId) ?? []) : []));
  const keys = wanting.flatMap(event => bounceOf(event) ?? []);
  if (keys.length === 0) return events;
  const dumps = await readDumps(db, keys, now);
  const added = new Map(events);
  for (const event of wanting) {
    const content = dumps.get(bounceOf(event)?.bounceId ?? 0);
    if (content !== undefined) added.set(event.eventId, { ...event, details: { ...event.details, content } });
  }
  return added;
}
