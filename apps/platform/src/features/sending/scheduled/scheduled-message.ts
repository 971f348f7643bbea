// A message that waits for its SendAt, and what became of it.

import type { RefusalName } from '../../../refusals.ts';
import type { Recipient } from '../../messages/message.ts';
import type { TrackLinks } from '../../servers/server.ts';

/** By the tail of its id, so that every id it ever had finds it. */
export type ScheduledKey = { serverId: number; idTail: string };

/** What waits, without its content. */
export type WaitingMessage = ScheduledKey & {
  messageId: string;
  streamId: string;
  dueAt: Date;
  acceptedAt: Date;
  fromDisplay: string;
  subject: string;
  tag: string | null;
  recipients: Recipient[];
  trackOpens: boolean;
  trackLinks: TrackLinks;
};

export const endStatuses = ['sent', 'canceled', 'refused'] as const;
export type EndStatus = (typeof endStatuses)[number];

export type ScheduledResult = ScheduledKey & {
  messageId: string;
  streamId: string;
  dueAt: Date;
  acceptedAt: Date;
  endedAt: Date;
  status: EndStatus;
  refusal: RefusalName | null;
};
