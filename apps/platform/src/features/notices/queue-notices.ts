// Hears what other features want to be said, and queues it in the same transaction.

import type { EventSubscriber } from '../events/record-events.ts';
import { insertNotice } from './store.ts';

export const queueNotices: EventSubscriber = async (tx, events, now) => {
  for (const event of events) {
    if (event.kind !== 'sender_confirmation_wanted') continue;
    const { senderId } = event.details;
    await insertNotice(tx, { kind: 'sender_confirmation', about: `sender ${senderId}`, details: { senderId } }, now);
  }
};
