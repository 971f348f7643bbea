// One recipient of one message in the hands of this process.

import type { MessageContent } from '../messages/message-content.ts';

/** Transactional mail never waits behind broadcasts. */
export const lanes = { transactional: 0, broadcast: 1 } as const;
export type Lane = (typeof lanes)[keyof typeof lanes];

/** Shared by all recipients of a message, so that it is composed and signed once. */
export type MessageInHand = {
  serverId: number;
  messageId: string;
  content: MessageContent;
  /** What this message takes of the memory that delivery may fill, in bytes. */
  bytes: number;
};

export type DeliveryItem = {
  message: MessageInHand;
  recipientNumber: number;
  address: string;
  addressKey: string;
  lane: Lane;
  /** Attempts whose result was recorded. */
  attempts: number;
  receivedAt: Date;
  /** The process number under which the row is owned. */
  ownerNumber: number;
  /** Which claim of the row gave it to this process; 0 when it was inserted as owned. */
  claimNumber: number;
  /** When the suppressions were last asked about this recipient. */
  checkedAt: Date;
  /** What they answered. */
  isSuppressed: boolean;
};

/** Rough: what the texts of a message take in memory. */
export function bytesOfContent(content: MessageContent): number {
  const attachments = content.attachments.reduce((sum, attachment) => sum + attachment.base64.length, 0);
  const source = (content.source?.header.length ?? 0) + (content.source?.body.length ?? 0);
  return 1000 + (content.text?.length ?? 0) + (content.html?.length ?? 0) + attachments + source;
}
