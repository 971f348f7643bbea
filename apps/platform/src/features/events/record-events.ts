// Stores events and runs the subscribers of later features, all in the caller's transaction: a change, its event and
// its next job commit together or not at all.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { UuidSource } from '@pennyblack/runtime/uuid-v7.ts';
import { eventKinds, type PlatformEvent, type StoredEvent } from './event.ts';
import { insertEvents } from './store.ts';

/** Hears of every event, in a list. Runs inside the transaction that recorded it. */
export type EventSubscriber = (tx: Tx, events: readonly StoredEvent[], now: Date) => Promise<void>;

export type RecordEvents = (tx: Tx, events: readonly PlatformEvent[], now: Date) => Promise<void>;

/** `subscribers` run in the order given, which is the order of the features. */
export function createEventRecorder(makeEventId: UuidSource, subscribers: readonly EventSubscriber[]): RecordEvents {
  return async (tx, events, now) => {
    if (events.length === 0) return;
    const stored = events.map(event => ({ ...event, eventId: makeEventId(), occurredAt: event.occurredAt ?? now }));
    const kept = stored.filter(event => eventKinds[event.kind].isStored);
    if (kept.length > 0) await insertEvents(tx, kept);
    for (const subscriber of subscribers) await subscriber(tx, stored, now);
  };
}
