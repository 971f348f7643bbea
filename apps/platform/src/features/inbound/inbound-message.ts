// Mail from the world for a customer. Source: Postmark's inbound processing and its Messages API.

import type { HeaderField, InboundMailbox } from '@pennyblack/email/inbound/inbound-mail.ts';

/**
 * `Queued`: not posted yet. `Scheduled`: a post failed and will be tried again. `Processed`: posted, or stored where there
 * is nothing to post to. `Failed`: all posts have failed, or it could not be read. `Blocked`: a rule or the spam threshold
 * keeps it back.
 */
export const inboundStatuses = ['Queued', 'Scheduled', 'Processed', 'Failed', 'Blocked'] as const;
export type InboundStatus = (typeof inboundStatuses)[number];

/** The one stream of a server that takes mail. */
export const inboundStreamId = 'inbound';

/** Where a recipient leads to. */
export type InboundRoute = { serverId: number };

/** What SMTP said about a mail. */
export type InboundEnvelope = {
  /** Empty for the null sender. */
  mailFrom: string;
  clientAddress: string;
  helo: string;
  isEncrypted: boolean;
};

/** A mail for one server, as it is taken. All its ids are version 7. */
export type NewInboundSource = InboundEnvelope & {
  serverId: number;
  sourceId: string;
  receivedAt: Date;
  /** Compressed. */
  packedSource: Buffer;
  sourceBytes: number;
  messages: readonly NewInboundMessage[];
};

export type NewInboundMessage = {
  messageId: string;
  /** As the client wrote it. */
  recipient: string;
  recipientKey: string;
  mailboxHash: string;
  /** Tells the same mail, sent again after a lost answer; undefined where nothing can tell it. */
  fingerprint: string | undefined;
};

export type SourceKey = { serverId: number; sourceId: string };
export type InboundMessageKey = { serverId: number; messageId: string };

/** Open work, claimed by a process. `attempts` counts this claim. */
export type ClaimedSource = SourceKey & {
  messageIds: readonly string[];
  sourceBytes: number;
  ownerProcess: number;
  attempts: number;
};

/** The mail itself, unpacked, and what SMTP said about it. */
export type InboundSource = InboundEnvelope & {
  source: Buffer;
  /** What we say of it, before its own fields; null until it was read. */
  fields: readonly HeaderField[] | null;
};

export type AttachmentSummary = { name: string; contentType: string; contentLength: number; contentId: string };

/** What searching and listing know of a message; texts and contents are read out of the source. */
export type InboundDescription = {
  from: InboundMailbox;
  to: readonly InboundMailbox[];
  cc: readonly InboundMailbox[];
  /** The recipient of the envelope, when neither To nor Cc names it. */
  bcc: readonly InboundMailbox[];
  replyTo: string;
  subject: string;
  date: string;
  tag: string;
  attachments: readonly AttachmentSummary[];
};

/** As it is stored. */
export type StoredInbound = InboundMessageKey &
  InboundDescription & {
    sourceId: string;
    receivedAt: Date;
    recipient: string;
    mailboxHash: string;
    mailFrom: string;
    status: InboundStatus;
    blockedReason: string | null;
    /** Null when it was not read yet, or could not be read. */
    processedAt: Date | null;
    spamScore: number | null;
  };
