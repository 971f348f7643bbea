// Decides which message a report speaks of, best evidence first: the return path it came to (signed, names one
// recipient), the return path it quotes (signed too), the feedback id it quotes (signed, names the message), and last an
// id that anyone who has seen the message could write. Pure. Sources: RFC 3464, RFC 5965 3.2, RFC 9477 3.2.

import type { MailReport } from '@pennyblack/email/bounces/mail-report.ts';
import { decodeFeedbackId } from '@pennyblack/email/return-path/feedback-id.ts';
import { decodeReturnPath } from '@pennyblack/email/return-path/verp.ts';
import type { ReportAddress } from './address-rules.ts';
import type { ReportKeys } from './report.ts';

export type NamedMessage = {
  messageId: string;
  /** Undefined: it has to be looked for among all servers. */
  serverId?: number;
  /** Undefined: the report has to name a recipient that the message had. */
  recipientNumber?: number;
};

const uuidAtStart = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@/i;

/** Undefined when nothing names a message. */
export function namedMessage(to: ReportAddress, report: MailReport, keys: ReportKeys): NamedMessage | undefined {
  if (to.kind === 'return_path') return to.path;
  if (report.kind === 'none') return undefined;
  const { returnPath, cfblFeedbackId, feedbackId, pmMessageId, messageId } = report.about;

  const quoted = returnPath === undefined ? undefined : decodeReturnPath(localPartOf(returnPath), keys.returnPath);
  if (quoted) return quoted;
  for (const text of [cfblFeedbackId, feedbackId]) {
    const reference = text === undefined ? undefined : decodeFeedbackId(text, keys.feedback);
    if (reference) return reference;
  }
  const id = pmMessageId ?? uuidAtStart.exec(messageId ?? '')?.[1];
  return id === undefined ? undefined : { messageId: id.toLowerCase() };
}

function localPartOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? address : address.slice(0, at);
}
