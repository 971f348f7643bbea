// The same payloads that webhooks post, to be fetched by receivers that were down, or that nobody can reach. Inbound mail is
// not among them: one may be fifty megabytes, and a page five hundred of them. It is read by the Messages API.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { type EventKind, eventKinds } from '../events/event.ts';
import { type FeedCursor, type FeedStart, readFeed } from '../events/read-feed.ts';
import { buildPayload } from './payloads/build-payload.ts';
import { triggersOf } from './payloads/trigger-rules.ts';
import type { CallTrigger, TriggerName } from './webhook.ts';

export type FeedEntry = {
  eventId: string;
  trigger: CallTrigger;
  occurredAt: Date;
  payload: Readonly<Record<string, unknown>>;
};

/** Kinds that can make a call at all. Which one an event makes may depend on its details. */
const toldKinds = (Object.keys(eventKinds) as EventKind[]).filter(
  kind => toldTrigger({ kind, details: {}, recipient: 'anyone@example.com' }) !== undefined,
);

function toldTrigger(event: Parameters<typeof triggersOf>[0]): TriggerName | undefined {
  const trigger = triggersOf(event);
  return trigger === 'Inbound' ? undefined : trigger;
}

/**
 * Without `trigger` all of them. A page may hold fewer entries than `count`, also none, and be followed by more: `hasMore`
 * says so. An event may come twice (its id tells), and none is left out.
 */
export async function readEventFeed(
  db: Queryable,
  serverId: number,
  start: FeedStart,
  filter: { trigger: CallTrigger | undefined; streamId: string | undefined },
  count: number,
  now: Date,
): Promise<{ entries: FeedEntry[]; cursor: FeedCursor; hasMore: boolean }> {
  const kinds = { kinds: toldKinds, streamId: filter.streamId };
  const { events, cursor, hasMore } = await readFeed(db, serverId, start, kinds, count, now);
  const entries = events.flatMap((event): FeedEntry[] => {
    const trigger = toldTrigger(event);
    if (trigger === undefined || (filter.trigger !== undefined && filter.trigger !== trigger)) return [];
    const payload = buildPayload(trigger, event, { includesContent: false });
    return [{ eventId: event.eventId, trigger, occurredAt: event.occurredAt, payload }];
  });
  return { entries, cursor, hasMore };
}
