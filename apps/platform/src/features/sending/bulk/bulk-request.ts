// A bulk request: one definition, and an entry for each message that is made of it. Source: Postmark's Bulk API.

import type { LayoutBodies } from '../../templates/content-rules.ts';
import type { TemplateParts } from '../../templates/template.ts';
import type { SendRequest } from '../send-request.ts';

/** What all messages of a request have in common, apart from subject and bodies. */
export type SharedFields = Omit<
  SendRequest,
  'to' | 'cc' | 'bcc' | 'subject' | 'htmlBody' | 'textBody' | 'messageStream' | 'sendAt'
>;

/** Templates of what is written for each entry. They are kept with the request: an edit of a template changes nothing. */
export type BulkContent = { parts: TemplateParts; layout: LayoutBodies; inlinesCss: boolean };

export type BulkDefinition = { shared: SharedFields; content: BulkContent };

export type BulkEntry = {
  to: string;
  cc: string;
  bcc: string;
  model: Readonly<Record<string, unknown>>;
  metadata: Readonly<Record<string, string>>;
  headers: readonly { name: string; value: string }[];
};

export type BulkStatus = 'Accepted' | 'Processing' | 'Completed' | 'Cancelled';

/** As its owner sees it. */
export type BulkProgress = {
  bulkId: string;
  submittedAt: Date;
  subject: string | null;
  entriesTotal: number;
  status: BulkStatus;
  releasedCount: number;
  failedCount: number;
};

/** A request with entries to release. */
export type OpenRequest = {
  serverId: number;
  bulkId: string;
  streamId: string;
  definitionBytes: number;
  isCancelled: boolean;
};

/** An entry that was taken out of the database, to be ended in the same transaction. */
export type ClaimedEntry = { entryNumber: number; content: Buffer };

export type EndedEntry = { entryNumber: number; outcome: 'released' | 'failed'; messageId: string | null };
