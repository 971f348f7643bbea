// Reads the timeline of one message.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import { listMessageEvents, type MessageEventRow } from './store.ts';

export type { MessageEventRow } from './store.ts';

const oneDayInMilliseconds = 86_400_000;

/** Oldest first. */
export async function readTimeline(
  db: Queryable,
  serverId: number,
  messageId: string,
  now: Date,
): Promise<MessageEventRow[]> {
  // A process whose clock is ahead of ours may have recorded events "tomorrow".
  const upperEventId = firstUuidV7Of(new Date(now.getTime() + oneDayInMilliseconds));
  return listMessageEvents(db, serverId, messageId, upperEventId);
}
