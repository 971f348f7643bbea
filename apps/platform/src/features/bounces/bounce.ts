// A bounce: a recipient that a message could not be delivered to. Source: Postmark's Bounce API.

import type { BounceTypeName } from '@pennyblack/email/bounces/bounce-types.ts';

export type NewBounce = {
  serverId: number;
  messageId: string;
  recipientNumber: number;
  streamId: string;
  type: BounceTypeName;
  emailAddress: string;
  addressKey: string;
  fromAddress: string;
  subject: string;
  tag: string | null;
  /** What the remote server said. */
  details: string;
};
