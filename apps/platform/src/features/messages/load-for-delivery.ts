// Loads what delivery needs of messages that it does not have in memory: retries, and what a dead process left.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { type MessageContent, unpackContent } from './message-content.ts';
import { findContents, findRecipientAddresses } from './store.ts';

export type RecipientId = { serverId: number; messageId: string; recipientNumber: number };
export type LoadedRecipient = RecipientId & { address: string; addressKey: string };

/** Recipients that are gone are left out; `contents` is keyed by message id. */
export async function loadForDelivery(
  db: Queryable,
  wanted: readonly RecipientId[],
): Promise<{ recipients: LoadedRecipient[]; contents: Map<string, MessageContent> }> {
  const messages = [...new Map(wanted.map(recipient => [recipient.messageId, recipient])).values()];
  const recipients = await findRecipientAddresses(db, wanted);
  const packed = await findContents(db, messages);
  return { recipients, contents: new Map(packed.map(row => [row.messageId, unpackContent(row.content)])) };
}
