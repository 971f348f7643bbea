// Loads what delivery needs of messages that it does not have in memory: retries, and what a dead process left.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { type MessageContent, unpackContent } from './message-content.ts';
import { findContents, findRecipientAddresses } from './store.ts';

export type RecipientId = { serverId: number; messageId: string; recipientNumber: number };
export type LoadedRecipient = RecipientId & { address: string; addressKey: string };

/** Undefined when it cannot be read: one message must not keep the others from being delivered. */
function readContent(packed: Buffer): MessageContent | undefined {
  try {
    return unpackContent(packed);
  } catch {
    return undefined;
  }
}

/** Recipients that are gone and contents that cannot be read are left out; `contents` is keyed by message id. */
export async function loadForDelivery(
  db: Queryable,
  wanted: readonly RecipientId[],
): Promise<{ recipients: LoadedRecipient[]; contents: Map<string, MessageContent> }> {
  const messages = [...new Map(wanted.map(recipient => [recipient.messageId, recipient])).values()];
  const recipients = await findRecipientAddresses(db, wanted);
  const packed = await findContents(db, messages);
  const contents = new Map<string, MessageContent>();
  for (const row of packed) {
    const content = readContent(row.content);
    if (content) contents.set(row.messageId, content);
  }
  return { recipients, contents };
}
