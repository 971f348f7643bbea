// Asks the suppressions again about items that have waited: a suppression made meanwhile counts. What will come next is
// asked about in the same statement, so that a long queue does not cost a statement for each recipient.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { findSuppressed } from '../suppressions/find-suppressed.ts';
import type { DeliveryItem } from './delivery-item.ts';

/** An answer older than this is asked for again before MAIL FROM. */
const checkIsFreshForMilliseconds = 5000;

/** True when the item may go. `following` gives items that will come soon. */
export type RecheckSuppressions = (item: DeliveryItem, following: () => DeliveryItem[]) => Promise<boolean>;

export function createSuppressionRecheck(db: Queryable, clock: Clock): RecheckSuppressions {
  return async (item, following) => {
    const now = clock.now();
    const isOld = (candidate: DeliveryItem) =>
      now.getTime() - candidate.checkedAt.getTime() > checkIsFreshForMilliseconds;
    if (item.isSuppressed) return false;
    if (!isOld(item)) return true;

    const asked = [item, ...following().filter(isOld)];
    const suppressed = await findSuppressed(
      db,
      asked.map(({ message, addressKey }) => ({
        serverId: message.serverId,
        streamId: message.content.streamId,
        addressKey,
        accountId: message.content.accountId,
      })),
    );
    asked.forEach((candidate, position) => {
      candidate.checkedAt = now;
      candidate.isSuppressed = suppressed.has(position);
    });
    return !item.isSuppressed;
  };
}
