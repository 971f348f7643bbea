// Finds one outbound message with its content.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { isUuid } from '@pennyblack/runtime/uuid-v7.ts';
import { Refusal } from '../../refusals.ts';
import type { FoundMessage } from './message.ts';
import { type MessageContent, unpackContent } from './message-content.ts';
import type { FindSentId, IsQueuedCondition } from './ports.ts';
import { findContent, findMessage, listRecipients } from './store.ts';

/** `content` is undefined when it is no longer held. Refuses a message that is unknown or another server's. */
export async function findOutbound(
  db: Queryable,
  serverId: number,
  messageId: string,
  isQueued: IsQueuedCondition,
  findSentId?: FindSentId,
): Promise<{ message: FoundMessage; content: MessageContent | undefined }> {
  if (!isUuid(messageId)) throw new Refusal('message_not_found');
  const id = messageId.toLowerCase();
  const row = await findMessage(db, serverId, id, isQueued);
  if (!row) {
    const sentId = await findSentId?.(db, serverId, id);
    if (sentId === undefined || sentId === id) throw new Refusal('message_not_found');
    return findOutbound(db, serverId, sentId, isQueued);
  }
  const recipients = await listRecipients(db, serverId, [id]);
  const packed = await findContent(db, serverId, id);
  return { message: { ...row, recipients }, content: packed && unpackContent(packed) };
}
