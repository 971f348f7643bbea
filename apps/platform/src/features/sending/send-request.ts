// One request to send, whichever edge it came through. Source of the fields: Postmark's Email API.

import type { ContentAttachment } from '../messages/message-content.ts';

export type SendRequest = {
  from: string;
  to: string;
  cc: string;
  bcc: string;
  subject: string;
  tag?: string;
  htmlBody?: string;
  textBody?: string;
  replyTo: string;
  headers: { name: string; value: string }[];
  trackOpens?: boolean;
  trackLinks?: string;
  metadata: Readonly<Record<string, string>>;
  attachments: ContentAttachment[];
  messageStream?: string;
  /** When it is to go, as the caller wrote it; see scheduled/send-at-rules.ts. Without it, at once. */
  sendAt?: string;
};
