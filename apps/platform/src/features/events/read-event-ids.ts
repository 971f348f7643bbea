// Reads which events a message has.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import { listMessageEventIds } from './store.ts';

const oneDayInMilliseconds = 86_400_000;

/** Oldest first. */
export async function readEventIds(db: Queryable, serverId: number, messageId: string, now: Date): Promise<string[]> {
  // A process whose clock is ahead of ours may have recorded events "tomorrow".
  return listMessageEventIds(db, serverId, messageId, firstUuidV7Of(new Date(now.getTime() + oneDayInMilliseconds)));
}
