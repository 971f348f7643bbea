// Stores accepted messages: rows, contents and recipients, all in the caller's transaction.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import type { NewMessage } from './message.ts';
import { existsMessage, insertMessages } from './store.ts';

export async function storeMessages(tx: Tx, messages: readonly NewMessage[]): Promise<void> {
  await insertMessages(tx, messages);
}

/** Answers what became of a transaction whose COMMIT was not answered: all its messages are there, or none. */
export async function isMessageStored(
  db: Queryable,
  message: { serverId: number; messageId: string },
): Promise<boolean> {
  return existsMessage(db, message.serverId, message.messageId);
}
