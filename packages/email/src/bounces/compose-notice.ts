// Writes a report about a recipient that was refused in the conversation, as a mail server would have sent it: RFC 3464
// inside RFC 6522. Readers of bounces show it as the bounce's source.

import { encodeTextHeader } from '../headers/encode-header.ts';
import { formatDateHeader } from '../mime/date-header.ts';

export type BounceNotice = {
  /** The host that tried to deliver. */
  reportingHost: string;
  messageId: string;
  recipient: string;
  from: string;
  subject: string;
  /** `smtp;550 5.1.1 no such user`. */
  reply: string;
  /** Who refused; empty when nobody was reached. */
  remoteHost: string;
  at: Date;
};

/** Line breaks in a text from outside would begin a field of their own. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').trim();
}

/** RFC 3463: what the reply says, or "other, permanent". */
function statusOf(reply: string): string {
  return /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(reply)?.[1] ?? '5.0.0';
}

export function composeBounceNotice(notice: BounceNotice): string {
  const { messageId, remoteHost } = notice;
  const [reportingHost, recipient, reply] = [notice.reportingHost, notice.recipient, notice.reply].map(oneLine);
  const boundary = `bounce-${messageId}`;
  const diagnostic = /^smtp;/i.test(reply ?? '') ? reply : `smtp;${reply}`;
  return [
    `Date: ${formatDateHeader(notice.at)}`,
    `From: Mail Delivery System <mailer-daemon@${reportingHost}>`,
    `To: ${oneLine(notice.from)}`,
    'Subject: Undelivered Mail Returned to Sender',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    `The message to ${recipient} could not be delivered.`,
    '',
    `${reply}`,
    '',
    `--${boundary}`,
    'Content-Type: message/delivery-status',
    '',
    `Reporting-MTA: dns; ${reportingHost}`,
    `Arrival-Date: ${formatDateHeader(notice.at)}`,
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    'Action: failed',
    `Status: ${statusOf(reply ?? '')}`,
    ...(remoteHost === '' ? [] : [`Remote-MTA: dns; ${oneLine(remoteHost)}`]),
    `Diagnostic-Code: ${diagnostic?.replace(/^smtp;\s*/i, 'smtp; ')}`,
    '',
    `--${boundary}`,
    'Content-Type: text/rfc822-headers',
    '',
    `From: ${oneLine(notice.from)}`,
    `To: ${recipient}`,
    encodeTextHeader('Subject', notice.subject).trimEnd(),
    `X-PM-Message-Id: ${messageId}`,
    '',
    `--${boundary}--`,
    '',
  ].join('\r\n');
}

/** A complaint as a feedback loop would have sent it: RFC 5965. For test addresses that complain. */
export function composeComplaint(complaint: Omit<BounceNotice, 'reply' | 'remoteHost'>): string {
  const { messageId } = complaint;
  const [reportingHost, recipient] = [complaint.reportingHost, complaint.recipient].map(oneLine);
  const boundary = `complaint-${messageId}`;
  return [
    `Date: ${formatDateHeader(complaint.at)}`,
    `From: Feedback Loop <feedback@${reportingHost}>`,
    `To: ${oneLine(complaint.from)}`,
    encodeTextHeader('Subject', `FW: ${complaint.subject}`).trimEnd(),
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=feedback-report;\r\n\tboundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    `${recipient} marked this message as spam.`,
    '',
    `--${boundary}`,
    'Content-Type: message/feedback-report',
    '',
    'Feedback-Type: abuse',
    'User-Agent: Pennyblack/1',
    'Version: 1',
    `Original-Rcpt-To: ${recipient}`,
    `Arrival-Date: ${formatDateHeader(complaint.at)}`,
    '',
    `--${boundary}`,
    'Content-Type: text/rfc822-headers',
    '',
    `From: ${oneLine(complaint.from)}`,
    `To: ${recipient}`,
    encodeTextHeader('Subject', complaint.subject).trimEnd(),
    `X-PM-Message-Id: ${messageId}`,
    '',
    `--${boundary}--`,
    '',
  ].join('\r\n');
}
