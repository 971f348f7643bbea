// What the corpus is made of: reports and answers written for this project after the programs and standards that each
// entry names, and what must be read from them. No entry is a copy of a real mail.

import type { BounceTypeName } from '../bounce-types.ts';

export type CorpusReport = {
  name: string;
  /** The program, provider or standard whose form this is. */
  source: string;
  /** As it comes from the wire, but for the line ends. */
  mail: string;
  expected: Expected;
};

export type Expected =
  | {
      kind: 'delivery_report';
      /** Every recipient that may be named, with the type of bounce; null where nothing went wrong. */
      recipients: Record<string, BounceTypeName | null>;
      /** Where no recipient is named. */
      overall?: BounceTypeName;
      messageId?: string;
    }
  | { kind: 'complaint'; recipients: string[]; type: BounceTypeName | null; messageId?: string }
  | { kind: 'auto_reply'; type: BounceTypeName; messageId?: string }
  | { kind: 'none' };

export const messageId = '7f3a@shop.test';
export const pmMessageId = '0193f6a0-1c2d-7000-8000-0000000000a1';

/** The message that the reports are about. */
export const original = `Return-Path: <pm-k5zq@bounces.shop.test>
Received: from out.shop.test (out.shop.test [192.0.2.10])
 by mx.buyer.test with ESMTPS id 4a7; Mon, 06 Jan 2025 10:00:00 +0000
From: "Shop desk" <desk@shop.test>
To: ana@buyer.test
Subject: Your order 1187
Message-ID: <${messageId}>
X-PM-Message-Id: ${pmMessageId}
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Thank you, it is on its way. Questions: help@shop.test
`;

export const originalHeader = original.slice(0, original.indexOf('\n\n') + 1);

export type StatusGroup = { to: string; action?: string; status?: string; diagnostic?: string; more?: string };

/** A report with all three parts of RFC 3464, as Postfix lays it out. */
export function deliveryStatus(report: {
  groups: readonly StatusGroup[];
  notice?: string;
  from?: string;
  subject?: string;
  returned?: string;
  charset?: string;
}): string {
  const groups = report.groups.map(group =>
    [
      `Final-Recipient: rfc822; ${group.to}`,
      `Action: ${group.action ?? 'failed'}`,
      ...(group.status ? [`Status: ${group.status}`] : []),
      ...(group.diagnostic ? [`Diagnostic-Code: ${group.diagnostic}`] : []),
      ...(group.more ? [group.more] : []),
    ].join('\n'),
  );
  return `Return-Path: <>
From: ${report.from ?? 'MAILER-DAEMON@mx.buyer.test (Mail Delivery System)'}
Subject: ${report.subject ?? 'Undelivered Mail Returned to Sender'}
To: pm-k5zq@bounces.shop.test
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="9B1.1736157600/mx.buyer.test"

This is a MIME-encapsulated message.

--9B1.1736157600/mx.buyer.test
Content-Description: Notification
Content-Type: text/plain; charset=${report.charset ?? 'utf-8'}

${report.notice ?? 'This is the mail system. Your message could not be delivered to one or more recipients. It is attached below.'}

--9B1.1736157600/mx.buyer.test
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.buyer.test
Arrival-Date: Mon,  6 Jan 2025 10:00:00 +0000

${groups.join('\n\n')}

--9B1.1736157600/mx.buyer.test
Content-Description: Undelivered Message
Content-Type: message/rfc822

${report.returned ?? original}
--9B1.1736157600/mx.buyer.test--
`;
}

/** A notice of one part, without MIME where `more` does not bring it. */
export function plainNotice(report: { from: string; subject: string; body: string; more?: string }): string {
  return `Return-Path: <>
From: ${report.from}
To: pm-k5zq@bounces.shop.test
Subject: ${report.subject}
${report.more ? `${report.more}\n` : ''}
${report.body}
`;
}

/** An answer of a person's mailbox. */
export function answer(report: { subject: string; body: string; more?: string; from?: string }): string {
  return `From: ${report.from ?? 'Ana Buyer <ana@buyer.test>'}
To: pm-k5zq@bounces.shop.test
Subject: ${report.subject}
In-Reply-To: <${messageId}>
${report.more ? `${report.more}\n` : ''}MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

${report.body}
`;
}
