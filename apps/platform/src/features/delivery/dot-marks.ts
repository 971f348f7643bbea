// Writes down, before a final dot is sent, that it is about to be: after a crash we then know whose outcome is unknown.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import { createBatchWriter } from '@pennyblack/runtime/database/batch-writer.ts';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { DeliveryItem } from './delivery-item.ts';
import { insertDotMarks } from './store.ts';

/** Others own the rows of this process: nothing may be sent for them any more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

export type MarkDot = (item: DeliveryItem) => Promise<void>;

const marksPerBatchMax = 500;

/** The promise rejects when the mark could not be stored: then the dot must not be sent. */
export function createDotMarker(db: Queryable, clock: Clock): MarkDot {
  async function writeBatch(items: readonly DeliveryItem[]): Promise<void> {
    // Nearly always one owner; two for a moment after a lease was lost.
    for (const ownerNumber of new Set(items.map(item => item.ownerNumber))) {
      const marks = items
        .filter(item => item.ownerNumber === ownerNumber)
        .map(item => ({
          serverId: item.message.serverId,
          messageId: item.message.messageId,
          recipientNumber: item.recipientNumber,
          attempt: item.attempts + 1,
        }));
      const isOurs = await insertDotMarks(db, ownerNumber, marks, clock.now());
      if (!isOurs) throw new LeaseLost(`Process ${ownerNumber} counts as dead.`);
    }
  }

  const writer = createBatchWriter<DeliveryItem>({
    itemsMax: marksPerBatchMax,
    writesMax: 1,
    writeBatch,
    onFailure: async () => 'rejected',
  });
  return writer.write;
}
