// What an event says that asks for a post: where the source is, and how large; not what it says, which may be fifty megabytes.

import type { PlatformEvent, StoredEvent } from '../events/event.ts';
import { type InboundMessageKey, inboundStreamId } from './inbound-message.ts';

export type PostDetails = {
  sourceId: string;
  sourceBytes: number;
  /** As the server wanted it at the time, so that every attempt has the same body. */
  includesRawEmail: boolean;
};

type About = InboundMessageKey & { recipient: string };

export function receivedEvent({ serverId, messageId, recipient }: About, details: PostDetails): PlatformEvent {
  return { kind: 'inbound_received', serverId, messageId, streamId: inboundStreamId, recipient, details };
}

/** `why`: the customer asked for it, because it was blocked, or because its posts had failed. */
export function releasedEvent(
  { serverId, messageId, recipient }: About,
  details: PostDetails & { why: 'bypass' | 'retry' },
): PlatformEvent {
  return { kind: 'inbound_released', serverId, messageId, streamId: inboundStreamId, recipient, details };
}

export function blockedEvent({ serverId, messageId, recipient }: About, reason: string): PlatformEvent {
  return { kind: 'inbound_blocked', serverId, messageId, streamId: inboundStreamId, recipient, details: { reason } };
}

/** Undefined for another kind of event. */
export function postDetailsOf({ details }: Pick<StoredEvent, 'details'>): PostDetails | undefined {
  const { sourceId, sourceBytes, includesRawEmail } = details;
  if (typeof sourceId !== 'string') return undefined;
  return { sourceId, sourceBytes: Number(sourceBytes) || 0, includesRawEmail: includesRawEmail === true };
}
