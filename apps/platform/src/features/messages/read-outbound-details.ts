// Reads one outbound message with its content, its source and its timeline.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { type MessageEventRow, readTimeline } from '../events/read-timeline.ts';
import { dumpMessage, type FindKeys } from './dump-message.ts';
import { findOutbound } from './find-outbound.ts';
import type { FoundMessage } from './message.ts';
import type { MessageContent } from './message-content.ts';
import type { ComplaintLoop, FindSentId, IsQueuedCondition } from './ports.ts';

export type { MessageEventRow } from '../events/read-timeline.ts';

export type OutboundDetails = {
  message: FoundMessage;
  /** Undefined when it is no longer held; the source is empty then. */
  content: MessageContent | undefined;
  source: string;
  /** Oldest first. */
  events: MessageEventRow[];
};

/** Refuses a message that is unknown or another server's. */
export async function readOutboundDetails(
  db: Queryable,
  serverId: number,
  messageId: string,
  isQueued: IsQueuedCondition,
  findKeys: FindKeys,
  now: Date,
  loop?: ComplaintLoop,
  findSentId?: FindSentId,
): Promise<OutboundDetails> {
  const { message, content } = await findOutbound(db, serverId, messageId, isQueued, findSentId);
  const events = await readTimeline(db, serverId, message.messageId, now);
  const source = await dumpMessage(serverId, message.messageId, content, findKeys, loop);
  return { message, content, source, events };
}
