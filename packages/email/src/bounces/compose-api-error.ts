// Writes a report about a message that was taken by SMTP and then refused by the rules of sending: the reason, and the
// message as it was handed over. Readers of bounces show it as the bounce's source.

import { formatDateHeader } from '../mime/date-header.ts';

export type ApiErrorReport = {
  /** The host that took the message. */
  reportingHost: string;
  messageId: string;
  /** ErrorCode and text of the API's answer. */
  errorCode: number;
  errorText: string;
  /** Of the envelope, as the client wrote them. */
  recipients: readonly string[];
  at: Date;
  source: Buffer;
};

export function composeApiError(report: ApiErrorReport): Buffer {
  const boundary = `smtp-api-error-${report.messageId}`;
  const head = [
    `Date: ${formatDateHeader(report.at)}`,
    `From: Mail Delivery System <mailer-daemon@${report.reportingHost}>`,
    'Subject: SMTP API error',
    'Auto-Submitted: auto-replied',
    `X-PM-Message-Id: ${report.messageId}`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    'The message was accepted over SMTP and then refused. Nothing of it was sent.',
    '',
    `ErrorCode: ${report.errorCode}`,
    `Message: ${oneLine(report.errorText)}`,
    `Recipients: ${report.recipients.map(oneLine).join(', ')}`,
    '',
    `--${boundary}`,
    'Content-Type: message/rfc822',
    'Content-Transfer-Encoding: 8bit',
    '',
    '',
  ];
  return Buffer.concat([Buffer.from(head.join('\r\n')), report.source, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

/** Line breaks in a text from outside would begin a line of their own. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').trim();
}
