// What the sender said about a message, as the events of its recipients repeat it.

import type { MessageContent } from '../messages/message-content.ts';

export type MessageLabels = Pick<MessageContent, 'tag' | 'metadata'>;

/** What the message does not have is absent. */
export function labelsOf({ tag, metadata }: MessageLabels): MessageLabels {
  return { ...(tag === undefined ? {} : { tag }), ...(metadata === undefined ? {} : { metadata }) };
}
