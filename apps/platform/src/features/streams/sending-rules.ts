// Decides whether a stream may send. Source: Postmark's error codes 1235 and 1236.

import type { MessageStream } from './stream.ts';

export const defaultSendingStreamId = 'outbound';

export type StreamDecision =
  | { kind: 'sends'; stream: MessageStream }
  | { kind: 'unknown'; message: string }
  | { kind: 'cannot_send'; message: string };

/** `requested` is the MessageStream of the call; undefined means the default stream. */
export function decideStream(
  streams: ReadonlyMap<string, MessageStream>,
  requested: string | undefined,
): StreamDecision {
  const streamId = requested ?? defaultSendingStreamId;
  const stream = streams.get(streamId);
  if (!stream || stream.isArchived) {
    return { kind: 'unknown', message: `The stream provided: '${streamId}' does not exist on this server.` };
  }
  if (stream.streamType === 'Inbound') {
    return {
      kind: 'cannot_send',
      message: `The stream provided: '${streamId}' is an inbound stream and cannot be used to send messages.`,
    };
  }
  return { kind: 'sends', stream };
}

export const defaultBulkStreamId = 'broadcast';

/** Bulk requests go out on broadcast streams only. Source: Postmark's error codes 1226 and 1236. */
export function decideBulkStream(
  streams: ReadonlyMap<string, MessageStream>,
  requested: string | undefined,
): StreamDecision {
  const streamId = requested ?? defaultBulkStreamId;
  const stream = streams.get(streamId);
  if (!stream || stream.isArchived) {
    return { kind: 'unknown', message: "The message stream for the provided 'ID' was not found." };
  }
  if (stream.streamType !== 'Broadcasts') {
    return {
      kind: 'cannot_send',
      message: `The stream provided: '${streamId}' is not a broadcast stream and cannot be used to send in bulk.`,
    };
  }
  return { kind: 'sends', stream };
}
