// Reads the events of a server in the order in which they were committed, from a position that its reader keeps. One
// that is committed late is never passed over: nothing is read that a running transaction may still come before.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import type { EventKind, StoredEvent } from './event.ts';
import { toStoredEvent } from './find-events.ts';
import { type FeedPosition, listFeed, readEpoch, readOldestRunning } from './store.ts';

/** What a reader gives back to go on. */
export type FeedCursor = {
  epoch: string;
  recordedIn: string;
  eventId: string;
  /** Unix milliseconds: when the reader had seen everything before it. */
  time: number;
};

export type FeedStart = { kind: 'cursor'; cursor: FeedCursor } | { kind: 'time'; time: Date };

export type FeedPage = { events: StoredEvent[]; cursor: FeedCursor; hasMore: boolean };

/**
 * No transaction that writes lasts longer than a minute, and clocks differ by five seconds at most: an event that is
 * committed from now on has an id that is younger than this.
 */
const lateByAtMostInMilliseconds = 600_000;
const firstUuid = '00000000-0000-0000-0000-000000000000';

function lowerEventId(time: number): string {
  return firstUuidV7Of(new Date(time - lateByAtMostInMilliseconds));
}

/**
 * After a restore transactions count anew, so the reader goes on by time: some events come twice, none is missing. A
 * reader never stands beyond `oldestRunning`: one that does has seen transactions that this server never had.
 */
function positionOf(start: FeedStart, epoch: string, oldestRunning: string): FeedPosition {
  if (start.kind === 'time') return { recordedIn: '0', eventId: firstUuid, lowerEventId: firstUuidV7Of(start.time) };
  const { cursor } = start;
  const isOfHere = cursor.epoch === epoch && BigInt(cursor.recordedIn) <= BigInt(oldestRunning);
  if (!isOfHere) return { recordedIn: '0', eventId: firstUuid, lowerEventId: lowerEventId(cursor.time) };
  return { recordedIn: cursor.recordedIn, eventId: cursor.eventId, lowerEventId: lowerEventId(cursor.time) };
}

export async function readFeed(
  db: Queryable,
  serverId: number,
  start: FeedStart,
  filter: { kinds: readonly EventKind[]; streamId: string | undefined },
  count: number,
  now: Date,
): Promise<FeedPage> {
  const epoch = await readEpoch(db);
  // Read first: what ends between the two statements is then left for the next page.
  const oldestRunning = await readOldestRunning(db);
  const position = positionOf(start, epoch, oldestRunning);
  const rows = await listFeed(db, serverId, position, oldestRunning, filter, count + 1);
  const shown = rows.slice(0, count);
  const last = shown.at(-1);
  const hasMore = rows.length > count;
  const cursor: FeedCursor =
    hasMore && last
      ? { epoch, recordedIn: last.recordedIn, eventId: last.eventId, time: last.occurredAt.getTime() }
      : { epoch, recordedIn: oldestRunning, eventId: firstUuid, time: now.getTime() };
  return { events: shown.map(toStoredEvent), cursor, hasMore };
}
