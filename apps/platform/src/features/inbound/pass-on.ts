// What is done with mail that was read and not kept back: it is posted to the server's inbound hook. The one place where that is
// decided.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { RecordEvents } from '../events/record-events.ts';
import type { InboundMessageKey } from './inbound-message.ts';
import { type PostDetails, receivedEvent } from './post-events.ts';

export type MessageToPass = InboundMessageKey & PostDetails & { recipient: string };

/** Their calls are made of the events, in the same transaction (webhook-calls/make-calls.ts). */
export async function passOn(
  tx: Tx,
  recordEvents: RecordEvents,
  messages: readonly MessageToPass[],
  now: Date,
): Promise<void> {
  const events = messages.map(message => {
    const { sourceId, sourceBytes, includesRawEmail } = message;
    return receivedEvent(message, { sourceId, sourceBytes, includesRawEmail });
  });
  await recordEvents(tx, events, now);
}
