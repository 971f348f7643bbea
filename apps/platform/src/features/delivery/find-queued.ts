// Answers questions of other features about the delivery queue.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { lanes } from './delivery-item.ts';
import { countDueRows, countQueue, deleteOldDotMarks, hasRowsBelow } from './store.ts';

export { isQueuedCondition } from './store.ts';

/** Whether anything in the queue belongs to a message older than this id. */
export async function hasQueuedBelow(db: Queryable, upperMessageId: string): Promise<boolean> {
  return hasRowsBelow(db, upperMessageId);
}

export type QueueCount = { lane: number; isWaiting: boolean; isHeld: boolean; count: number };

export async function countQueued(db: Queryable): Promise<QueueCount[]> {
  return countQueue(db);
}

/** Broadcast recipients of a server that delivery could take now and has not taken, counted up to `countMax`. */
export async function countDueBroadcasts(
  db: Queryable,
  serverId: number,
  now: Date,
  countMax: number,
): Promise<number> {
  return countDueRows(db, lanes.broadcast, serverId, now, countMax);
}

const dotMarksKeptHours = 2;

/** The answer to a dot is waited for ten minutes at most, so older marks say nothing any more. */
export async function forgetOldDotMarks(db: Queryable, now: Date): Promise<void> {
  await deleteOldDotMarks(db, new Date(now.getTime() - dotMarksKeptHours * 3_600_000));
}
