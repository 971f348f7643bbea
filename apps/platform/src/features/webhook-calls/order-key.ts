// What is called one after another: all events of one message; without a message, all of one address of one stream.

import { createHash } from 'node:crypto';
import { addressKey } from '@pennyblack/email/address/address-key.ts';
import type { StoredEvent } from '../events/event.ts';

/** Shaped like a UUID, so that both kinds fit one column. */
export function orderKeyOf(event: StoredEvent): string {
  if (event.messageId !== undefined) return event.messageId;
  if (event.recipient === undefined) return event.eventId;
  const hex = createHash('sha256')
    .update(`${event.streamId ?? ''}\0${addressKey(event.recipient)}`)
    .digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
