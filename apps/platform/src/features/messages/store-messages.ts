// Stores accepted messages: rows, contents and recipients, all in the caller's transaction.

import type { Pool, Tx } from '@pennyblack/runtime/database/database.ts';
import type { NewMessage } from './message.ts';
import { insertEmptyMessage, insertMessages } from './store.ts';

export async function storeMessages(tx: Tx, messages: readonly NewMessage[]): Promise<void> {
  await insertMessages(tx, messages);
}

class RolledBack extends Error {}

/**
 * Answers what became of a transaction whose COMMIT was not answered: all its messages are there, or none. The server may
 * still be at it when the connection has died, so this waits until it has ended one way or the other.
 */
export async function isMessageStored(db: Pool, message: { serverId: number; messageId: string }): Promise<boolean> {
  let isFree = false;
  try {
    await db.transaction(async tx => {
      isFree = await insertEmptyMessage(tx, message.serverId, message.messageId);
      throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
  return !isFree;
}
