// Ends what is still to be sent to a recipient whose data is erased. What a process has in hand is left to it: it may be
// in the middle of a conversation, and its result is recorded like any other.

import { timeOfUuidV7 } from '@pennyblack/runtime/uuid-v7.ts';
import type { DataRemover, SubjectMessage } from '../accounts/data-remover.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { deleteWaitingRows, listQueuedOf } from './store.ts';

export function createDeliveryRemover(recordEvents: RecordEvents): DataRemover {
  return {
    tables: ['delivery_queue'],
    async removeOfMessages(tx, _subject, messages, now) {
      const keys = messages.flatMap(({ serverId, messageId, recipientNumbers }) =>
        recipientNumbers.map(recipientNumber => ({ serverId, messageId, recipientNumber })),
      );
      const ended = await deleteWaitingRows(tx, keys);
      await recordEvents(
        tx,
        ended.map(row => ({ ...row, kind: 'recipient_suppressed' as const, details: { why: 'data_removed' } })),
        now,
      );
      const queued = await listQueuedOf(tx, messages);
      return messages.filter(message => !mustWait(message, queued, now));
    },
  };
}

/** Mail to the others goes out as it was written. It is tried for two days; what waits longer is held by a stream. */
const othersWaitHoursMax = 72;

function mustWait(
  { messageId, recipientNumbers }: SubjectMessage,
  queued: readonly { messageId: string; recipientNumber: number }[],
  now: Date,
): boolean {
  const rows = queued.filter(row => row.messageId === messageId);
  if (rows.some(row => recipientNumbers.includes(row.recipientNumber))) return true;
  const ageInHours = (now.getTime() - timeOfUuidV7(messageId).getTime()) / 3_600_000;
  return rows.length > 0 && ageInHours < othersWaitHoursMax;
}
