// Makes of a message that waited the message that is sent: under the id and with the time of its sending.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { moveUuidV7, timeOfUuidV7 } from '@pennyblack/runtime/uuid-v7.ts';
import type { NewMessage } from '../../messages/message.ts';
import { packContent, unpackContent } from '../../messages/message-content.ts';
import type { TakenScheduled } from './store.ts';

/**
 * Later than this it gets the id of the present: the partition of its own id may be gone, or may never have been made,
 * when the installation stood still for weeks. See docs/decisions/0030-ids-of-scheduled-messages.md.
 */
const lateByAtMostInMilliseconds = 12 * 3_600_000;

/** `<id@host>`, as it was made for another time of the same message; the customer's own stays. */
function withId(messageIdHeader: string, idTail: string, messageId: string): string {
  const madeFor = messageIdHeader.slice(1, 1 + messageId.length);
  return madeFor.endsWith(idTail) ? `<${messageId}${messageIdHeader.slice(1 + messageId.length)}` : messageIdHeader;
}

/** Throws when the content cannot be read. */
export function makeDueMessage(taken: TakenScheduled, now: Date): NewMessage {
  const isLate = now.getTime() - taken.dueAt.getTime() > lateByAtMostInMilliseconds;
  const messageId = isLate ? moveUuidV7(taken.messageId, now) : taken.messageId;
  // The id's own time: searches by date go by the id, so both must say the same.
  const receivedAt = timeOfUuidV7(messageId);
  const waiting = unpackContent(taken.content);
  const content = {
    ...waiting,
    receivedAt: receivedAt.toISOString(),
    messageIdHeader: withId(waiting.messageIdHeader, taken.idTail, messageId),
  };
  return {
    serverId: taken.serverId,
    messageId,
    streamId: taken.streamId,
    receivedAt,
    fromDisplay: taken.fromDisplay,
    fromKey: addressKey(content.from.address),
    trackOpens: taken.trackOpens,
    trackLinks: taken.trackLinks,
    recipients: taken.recipients,
    content,
    packedContent: packContent(content),
  };
}
