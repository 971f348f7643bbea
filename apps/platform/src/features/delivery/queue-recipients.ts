// Puts recipients into the delivery queue, in the transaction that accepts their message.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { insertQueueRows, type NewQueueRow } from './store.ts';

export async function queueRecipients(tx: Tx, rows: readonly NewQueueRow[]): Promise<void> {
  await insertQueueRows(tx, rows);
}
