// Erases a recipient's data from messages that wait: what would go to him alone is never sent, and what goes to others
// too goes without him.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { timeOfUuidV7 } from '@pennyblack/runtime/uuid-v7.ts';
import type { DataRemover, RemovalSubject } from '../../accounts/data-remover.ts';
import type { PlatformEvent } from '../../events/event.ts';
import type { RecordEvents } from '../../events/record-events.ts';
import { type MessageContent, packContent, unpackContent } from '../../messages/message-content.ts';
import { withoutSubject } from '../../messages/remove-recipient.ts';
import { endOf } from './release-due.ts';
import type { WaitingMessage } from './scheduled-message.ts';
import { insertResults, lockWaitingOfAddress, replaceScheduled, takeScheduled } from './store.ts';

/** Each may hold ten megabytes of attachments. */
const togetherMax = 20;

export function createScheduledRemover(recordEvents: RecordEvents): DataRemover {
  return {
    tables: ['scheduled_messages'],
    async removeByAddress(tx, subject, limit, now) {
      // Accepted up to the request; what came later stays.
      const acceptedBefore = timeOfUuidV7(subject.upperMessageId);
      const { serverIds, addressKey } = subject;
      const count = Math.min(limit, togetherMax);
      const waiting = await lockWaitingOfAddress(tx, serverIds, addressKey, acceptedBefore, count);
      const ended: WaitingMessage[] = [];
      for (const message of waiting) {
        const content = readContent(message.content);
        // What nobody can read any more may still hold the address, and cannot be sent either.
        if (content && othersOf(message, subject).length > 0) await replaceWithin(tx, subject, message, content);
        else ended.push(message);
      }
      if (ended.length > 0) await cancelAll(tx, recordEvents, ended, now);
      return waiting.length;
    },
  };
}

function readContent(packed: Buffer): MessageContent | undefined {
  try {
    return unpackContent(packed);
  } catch {
    return undefined;
  }
}

function othersOf({ recipients }: WaitingMessage, subject: RemovalSubject) {
  return recipients.filter(recipient => recipient.addressKey !== subject.addressKey);
}

async function cancelAll(tx: Tx, recordEvents: RecordEvents, messages: readonly WaitingMessage[], now: Date) {
  await takeScheduled(tx, messages);
  await insertResults(
    tx,
    messages.map(message => endOf(message, 'canceled', null, now)),
  );
  await recordEvents(
    tx,
    messages.map(
      ({ serverId, messageId, streamId }): PlatformEvent => ({
        kind: 'scheduled_message_canceled',
        serverId,
        messageId,
        streamId,
        details: { why: 'data_removed' },
      }),
    ),
    now,
  );
}

async function replaceWithin(
  tx: Tx,
  subject: RemovalSubject,
  message: WaitingMessage,
  waiting: MessageContent,
): Promise<void> {
  const { replace } = subject;
  const content = withoutSubject(waiting, replace);
  await replaceScheduled(tx, message, {
    recipients: othersOf(message, subject),
    fromDisplay: replace(message.fromDisplay),
    subject: content.subject,
    tag: content.tag ?? null,
    content: packContent(content),
  });
}
