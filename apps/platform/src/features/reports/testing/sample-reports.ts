// Reports as mail servers and providers write them, about one recipient of one message.

export type About = { recipient: string; messageId: string; returnPath?: string; feedbackId?: string };

function lines(...text: string[]): Buffer {
  return Buffer.from(`${text.join('\r\n')}\r\n`);
}

function original({ recipient, messageId, returnPath, feedbackId }: About): string[] {
  return [
    ...(returnPath === undefined ? [] : [`Return-Path: <${returnPath}>`]),
    'From: desk@shop.test',
    `To: ${recipient}`,
    'Subject: Order 1187',
    `Message-ID: <${messageId}@mail.shop.test>`,
    `X-PM-Message-Id: ${messageId}`,
    ...(feedbackId === undefined ? [] : [`CFBL-Feedback-ID: ${feedbackId}`]),
    '',
  ];
}

/** RFC 3464. */
export function failureReport(
  about: About,
  { action = 'failed', status = '5.1.1', reply = '550 5.1.1 No such user' } = {},
): Buffer {
  return lines(
    'Received: from mx.buyer.test by mail.shop.test; Thu, 26 Nov 2026 01:00:00 +0000',
    'From: MAILER-DAEMON@mx.buyer.test',
    'Subject: Undelivered Mail Returned to Sender',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'I am sorry, your message could not be delivered.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.buyer.test',
    '',
    `Final-Recipient: rfc822; ${about.recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    'Remote-MTA: dns; store.buyer.test',
    `Diagnostic-Code: smtp; ${reply}`,
    '',
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    ...original(about),
    '--b--',
  );
}

/** RFC 5965. */
export function complaintReport(about: About, { named = about.recipient, feedbackType = 'abuse' } = {}): Buffer {
  return lines(
    'From: feedback@isp.test',
    'Subject: complaint',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'This is an email abuse report.',
    '--b',
    'Content-Type: message/feedback-report',
    '',
    `Feedback-Type: ${feedbackType}`,
    'User-Agent: Loop/1.0',
    'Version: 1',
    ...(named === '' ? [] : [`Original-Rcpt-To: <${named}>`]),
    '',
    '--b',
    'Content-Type: message/rfc822',
    '',
    ...original(about),
    'Buy!',
    '--b--',
  );
}

export function autoReply(): Buffer {
  return lines(
    'From: ana@buyer.test',
    'Subject: Out of office: Order 1187',
    'Auto-Submitted: auto-replied',
    'Content-Type: text/plain',
    '',
    'I am out of the office until Monday.',
  );
}

export function letter(): Buffer {
  return lines('From: ana@buyer.test', 'Subject: Question', '', 'When does my order arrive?');
}
