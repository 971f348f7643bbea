// What becomes of an entry whose content could not be written: its message is there, without bodies, and each of its
// recipients has bounced, so that the sender hears of it as of every other message that did not arrive.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { recordBounces } from '../../bounces/record-bounces.ts';
import type { RecordEvents } from '../../events/record-events.ts';
import type { NewMessage } from '../../messages/message.ts';
import { storeMessages } from '../../messages/store-messages.ts';

export async function bounceUnwritten(
  tx: Tx,
  recordEvents: RecordEvents,
  unwritten: readonly { message: NewMessage; reason: string }[],
  now: Date,
): Promise<void> {
  await storeMessages(
    tx,
    unwritten.map(({ message }) => message),
  );
  await recordEvents(
    tx,
    unwritten.map(({ message: { serverId, messageId, streamId, recipients, content } }) => ({
      kind: 'message_accepted' as const,
      serverId,
      messageId,
      streamId,
      details: { recipients: recipients.length, ...(content.tag === undefined ? {} : { tag: content.tag }) },
    })),
    now,
  );
  await recordBounces(
    tx,
    recordEvents,
    unwritten.flatMap(({ message, reason }) => bouncesOf(message, reason)),
    now,
  );
}

const detailsLengthMax = 500;

function bouncesOf({ serverId, messageId, streamId, recipients, content }: NewMessage, reason: string) {
  return recipients.map(({ recipientNumber, mailbox, addressKey }) => ({
    serverId,
    messageId,
    recipientNumber,
    streamId,
    type: 'TemplateRenderingFailed' as const,
    emailAddress: mailbox.address,
    addressKey,
    fromAddress: content.from.address,
    subject: content.subject,
    tag: content.tag ?? null,
    details: reason.slice(0, detailsLengthMax),
    isFinal: true,
    metadata: content.metadata,
  }));
}
