// A bounce: a recipient that a message could not be delivered to, or that complained. Source: Postmark's Bounce API.

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
  /** What the remote server said: `smtp;550 5.1.1 …`, or an excerpt of its report. Cleaned, at most 2 KB. */
  details: string;
};

/** A bounce, and what its events and its dump need besides. */
export type BounceToRecord = NewBounce & {
  /**
   * True when the recipient ends with it: it was refused in the conversation and has left the queue. False for a report
   * that came by mail; such a recipient has its final state already, or still gets one.
   */
  isFinal: boolean;
  /** Who refused the message; empty or absent when it is not known. */
  host?: string | undefined;
  ip?: string | undefined;
  metadata?: Readonly<Record<string, string>> | undefined;
  /** The report as it came by mail. */
  source?: Buffer | undefined;
};

/** As it is stored. */
export type StoredBounce = NewBounce & {
  bounceId: number;
  bouncedAt: Date;
  host: string;
  ip: string;
  isReported: boolean;
  /** False only where a person complained. */
  canActivate: boolean;
  /** The bounce suppressed the address, and the address is suppressed on the stream now. */
  isInactive: boolean;
  /** There is a report that came by mail. */
  hasReport: boolean;
};
