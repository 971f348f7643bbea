// Reads events by their ids, as they were recorded.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { StoredEvent } from './event.ts';
import { type EventRow, findEventRows } from './store.ts';

/** By event id; those that are gone are missing. */
export async function findEvents(
  db: Queryable,
  keys: readonly { serverId: number; eventId: string }[],
): Promise<ReadonlyMap<string, StoredEvent>> {
  if (keys.length === 0) return new Map();
  const rows = await findEventRows(db, keys);
  return new Map(rows.map(row => [row.eventId, toStoredEvent(row)]));
}

/** An absent column is an absent property, as it was when the event was recorded. */
export function toStoredEvent(row: EventRow): StoredEvent {
  const { serverId, eventId, kind, occurredAt, details, messageId, recipientNumber, streamId, recipient } = row;
  return {
    serverId,
    eventId,
    kind,
    occurredAt,
    details,
    ...(messageId === null ? {} : { messageId }),
    ...(recipientNumber === null ? {} : { recipientNumber }),
    ...(streamId === null ? {} : { streamId }),
    ...(recipient === null ? {} : { recipient }),
  };
}
