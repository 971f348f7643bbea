// The text in which a reader keeps its place in the event feed. Pure.

import { isUuid } from '@pennyblack/runtime/uuid-v7.ts';
import type { FeedCursor } from '../events/read-feed.ts';

const version = 'c1';

/** The latest time that a version 7 id can hold (RFC 9562 5.7). */
const millisecondsMax = 2 ** 48 - 1;

/** Opaque to its reader: letters, digits, - and _. */
export function writeCursor({ epoch, recordedIn, eventId, time }: FeedCursor): string {
  return Buffer.from([version, epoch, recordedIn, eventId, time].join(' ')).toString('base64url');
}

/** Undefined for what `writeCursor` has not written. */
export function readCursor(text: string): FeedCursor | undefined {
  const parts = Buffer.from(text, 'base64url').toString('utf8').split(' ');
  const [found, epoch = '', recordedIn = '', eventId = '', timeText = ''] = parts;
  const time = Number(timeText);
  const isWhole = parts.length === 5 && found === version && /^\d{1,19}-\d{1,10}(-\d{1,10})?$/.test(epoch);
  if (!isWhole || !/^\d{1,19}$/.test(recordedIn) || !isUuid(eventId) || !/^\d{1,15}$/.test(timeText)) return undefined;
  if (time > millisecondsMax) return undefined;
  return { epoch, recordedIn, eventId, time };
}
