// For tests: recipients in the queue without the way that leads there, and the process numbers that own them.

import type { Database, Pool } from '@pennyblack/runtime/database/database.ts';
import { makeTestId } from '../../../testing/test-world.ts';
import type { DeliveryItem } from '../delivery-item.ts';
import { queueRecipients } from '../queue-recipients.ts';
import type { NewQueueRow } from '../store.ts';

/** Due a minute ago, transactional, on stream outbound, owned by nobody, unless told otherwise. */
export async function queueRow(db: Pool, serverId: number, changes: Partial<NewQueueRow> = {}): Promise<NewQueueRow> {
  const row: NewQueueRow = {
    serverId,
    messageId: makeTestId(),
    recipientNumber: 0,
    lane: 0,
    streamId: 'outbound',
    dueAt: new Date(Date.now() - 60_000),
    ownerNumber: null,
    ...changes,
  };
  await db.transaction(tx => queueRecipients(tx, [row]));
  return row;
}

/** A row for an item in hand, owned by the item's owner. */
export async function queueItem(db: Pool, item: DeliveryItem): Promise<void> {
  const { serverId, messageId, content } = item.message;
  const { recipientNumber, lane, ownerNumber } = item;
  await queueRow(db, serverId, { messageId, recipientNumber, lane, streamId: content.streamId, ownerNumber });
  await db.query`
    update delivery_queue set attempts = ${item.attempts}
    where server_id = ${serverId} and message_id = ${messageId} and recipient_number = ${recipientNumber}`;
}

/** A process that lives; its number. */
export async function liveProcess(db: Database): Promise<number> {
  const rows = await db.results.query<{ number: number }>`
    insert into processes (host_name, roles, started_at, renewed_at)
    values ('test', '{delivery}', now(), now()) returning process_number as number`;
  return rows[0]?.number ?? 0;
}
