// An outbound message as it is accepted, and as it is found again.

import type { Mailbox } from '@pennyblack/email/address/mailbox.ts';
import type { TrackLinks } from '../servers/server.ts';
import type { MessageContent } from './message-content.ts';

export type RecipientField = 'To' | 'Cc' | 'Bcc';

export type Recipient = {
  /** From 0, in the order To, Cc, Bcc. */
  recipientNumber: number;
  field: RecipientField;
  mailbox: Mailbox;
  addressKey: string;
};

/** Everything about a message that was checked and may be stored. */
export type NewMessage = {
  serverId: number;
  messageId: string;
  streamId: string;
  receivedAt: Date;
  fromDisplay: string;
  fromKey: string;
  trackOpens: boolean;
  trackLinks: TrackLinks;
  recipients: readonly Recipient[];
  content: MessageContent;
  packedContent: Buffer;
};

/** One message of a search. */
export type FoundMessage = {
  serverId: number;
  messageId: string;
  streamId: string;
  receivedAt: Date;
  fromDisplay: string;
  subject: string;
  tag: string | null;
  attachmentNames: string[] | null;
  metadata: Record<string, string> | null;
  trackOpens: boolean;
  trackLinks: TrackLinks;
  isSandboxed: boolean;
  /** True while any recipient is still to be delivered. */
  isQueued: boolean;
  recipients: FoundRecipient[];
};

export type FoundRecipient = { recipientNumber: number; field: RecipientField; address: string; name: string };
