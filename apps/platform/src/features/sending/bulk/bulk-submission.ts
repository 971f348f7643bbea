// A bulk request as it comes in.

import type { TemplateKey } from '../../templates/template.ts';
import type { BulkEntry, SharedFields } from './bulk-request.ts';

export type BulkSubmission = {
  shared: SharedFields;
  messageStream?: string;
  subject?: string;
  htmlBody?: string;
  textBody?: string;
  /** Instead of subject and bodies. */
  template?: TemplateKey;
  inlinesCss: boolean;
  entries: readonly BulkEntry[];
  /** When the first of it may be released, in the caller's words. */
  sendAt?: string;
};
