// Ends recipients whose message is gone: nothing can be sent for them, and they must not stay queued for ever.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { type ClaimedRow, deleteFinishedRows } from './store.ts';

const reply = 'smtp;554 5.3.0 the content of the message is gone';

/** There is no bounce row, because sender, subject and address are gone as well: the event tells what is known. */
export async function finishLost(
  db: Pool,
  recordEvents: RecordEvents,
  rows: readonly ClaimedRow[],
  processNumber: number,
  now: Date,
): Promise<void> {
  await db.transaction(async tx => {
    const gone = await deleteFinishedRows(
      tx,
      rows.map(row => ({ ...row, ownerNumber: processNumber, needsOwner: true })),
    );
    const isGone = (row: ClaimedRow) =>
      gone.some(key => key.messageId === row.messageId && key.recipientNumber === row.recipientNumber);
    const events = rows.filter(isGone).map(({ serverId, messageId, recipientNumber, streamId }) => ({
      kind: 'recipient_bounced' as const,
      serverId,
      messageId,
      recipientNumber,
      streamId,
      details: { type: 'Unknown', reply, host: '', ip: '' },
    }));
    await recordEvents(tx, events, now);
  });
}
