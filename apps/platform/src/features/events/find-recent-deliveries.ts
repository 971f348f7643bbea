// Finds when recipients got their mail, if that was a short while ago.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import { listDeliveries, type RecipientKey } from './store.ts';

const oneDayInMilliseconds = 86_400_000;

/** Only deliveries recorded after `since` are looked for, so that whole partitions need not be. */
export async function findRecentDeliveries(
  db: Queryable,
  recipients: readonly RecipientKey[],
  since: Date,
  now: Date,
): Promise<(RecipientKey & { occurredAt: Date })[]> {
  if (recipients.length === 0) return [];
  return listDeliveries(db, recipients, {
    lowerEventId: firstUuidV7Of(since),
    upperEventId: firstUuidV7Of(new Date(now.getTime() + oneDayInMilliseconds)),
  });
}
