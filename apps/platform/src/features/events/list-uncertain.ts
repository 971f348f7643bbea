// Lists recipients of whom nobody knows for sure whether they got a copy before.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import { listEventsOfKind, type MessageEventRow } from './store.ts';

const daysBack = 7;
const listedAtMost = 1000;

export type UncertainRecipient = MessageEventRow & { serverId: number; messageId: string | null };

/** Of the last week, newest first. For operators: it reads the events of all servers. */
export async function listUncertain(db: Queryable, now: Date): Promise<UncertainRecipient[]> {
  const lowerEventId = firstUuidV7Of(new Date(now.getTime() - daysBack * 86_400_000));
  return listEventsOfKind(db, 'recipient_uncertain', lowerEventId, listedAtMost);
}
