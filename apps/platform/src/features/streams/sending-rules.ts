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
