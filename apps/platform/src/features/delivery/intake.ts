// How accepted messages come into delivery without a detour through the queue: room is reserved before the commit,
// and the message is handed over after it.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { NewMessage, Recipient } from '../messages/message.ts';
import { bytesOfContent, type DeliveryItem, type Lane, type MessageInHand } from './delivery-item.ts';
import type { ItemsInHand } from './items-in-hand.ts';
import type { Room } from './room.ts';

export type DeliveryIntake = {
  /** The owner to write into the rows, or undefined: no room, or not a delivering process. The rows then wait. */
  reserve(lane: Lane, message: NewMessage, recipients: number): number | undefined;
  /** The transaction failed: the room is free again. */
  cancel(lane: Lane, message: NewMessage, recipients: number): void;
  /** The rows are committed. */
  take(lane: Lane, message: NewMessage, recipients: readonly Recipient[], ownerNumber: number): void;
  /** Rows without an owner were committed. */
  wake(): void;
};

export type IntakeDeps = {
  clock: Clock;
  room: Room;
  items: ItemsInHand;
  dispatch(item: DeliveryItem): void;
  processNumber(): number;
  wake(): void;
};

export function createIntake(deps: IntakeDeps): DeliveryIntake & { close(): void } {
  const { room } = deps;
  let isClosed = false;

  function takeRecipient(item: DeliveryItem): void {
    // The lease was lost between the reservation and now: the row is somebody else's.
    if (item.ownerNumber !== deps.processNumber()) room.release(item.lane, 1, item.message.bytes);
    else if (isClosed) deps.items.finish(item, { kind: 'released', dueAt: deps.clock.now() });
    else deps.dispatch(item);
  }

  return {
    reserve: (lane, message, recipients) => {
      if (isClosed) return undefined;
      const hasRoom = room.reserve(lane, recipients, bytesOfContent(message.content) * recipients);
      return hasRoom ? deps.processNumber() : undefined;
    },
    cancel: (lane, message, recipients) => room.release(lane, recipients, bytesOfContent(message.content) * recipients),
    take: (lane, message, recipients, ownerNumber) => {
      const { serverId, messageId, content, receivedAt } = message;
      const inHand: MessageInHand = { serverId, messageId, content, bytes: bytesOfContent(content) };
      for (const { recipientNumber, mailbox, addressKey } of recipients) {
        takeRecipient({
          message: inHand,
          recipientNumber,
          address: mailbox.address,
          addressKey,
          lane,
          attempts: 0,
          receivedAt,
          ownerNumber,
          claimNumber: 0,
          checkedAt: receivedAt,
          isSuppressed: false,
        });
      }
    },
    wake: deps.wake,
    close: () => {
      isClosed = true;
    },
  };
}
