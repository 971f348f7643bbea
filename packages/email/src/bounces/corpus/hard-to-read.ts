// Reports that were broken, encoded, nested, forwarded or forged on their way.

import {
  type CorpusReport,
  deliveryStatus,
  messageId,
  original,
  originalHeader,
  plainNotice,
  pmMessageId,
} from './corpus-report.ts';

const unknownUser = {
  to: 'ana@buyer.test',
  status: '5.1.1',
  diagnostic: 'smtp; 550 5.1.1 <ana@buyer.test> User unknown',
};
const simple = deliveryStatus({ groups: [unknownUser] });
const hard = { kind: 'delivery_report', recipients: { 'ana@buyer.test': 'HardBounce' }, messageId } as const;

const statusText = `Reporting-MTA: dns; mx.buyer.test

Final-Recipient: rfc822; ana@buyer.test
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <ana@buyer.test> User unknown
`;

function parts(...bodies: string[]): string {
  return `Return-Path: <>
From: MAILER-DAEMON@mx.buyer.test
To: pm-k5zq@bounces.shop.test
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

${bodies.map(body => `--b\n${body}\n`).join('')}--b--
`;
}

const inBase64 = (text: string): string => Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\n');
const inQuotedPrintable = (text: string): string => text.replaceAll('=', '=3D').replace(/(.{60})(?=.)/g, '$1=\n');
const forwarded = (subject: string, part: string): string => `From: Bob <bob@shop.test>
To: pm-k5zq@bounces.shop.test
Subject: ${subject}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="fw"

--fw
Content-Type: text/plain

Look what came back. -- Bob, bob@shop.test

--fw
${part}
--fw--
`;

export const hardToRead: readonly CorpusReport[] = [
  {
    name: 'the boundary at the end is missing',
    source: 'RFC 2046 5.1.1, cut by a size limit',
    mail: simple.replace('--9B1.1736157600/mx.buyer.test--\n', ''),
    expected: hard,
  },
  {
    name: 'cut within the returned message',
    source: 'A gateway with a size limit',
    mail: simple.slice(0, simple.indexOf('MIME-Version: 1.0', simple.indexOf(pmMessageId))),
    expected: hard,
  },
  {
    name: 'cut within the fields',
    source: 'A gateway with a size limit',
    mail: simple.slice(0, simple.indexOf('Diagnostic-Code')),
    expected: { kind: 'delivery_report', recipients: { 'ana@buyer.test': 'HardBounce' } },
  },
  {
    name: 'the boundary is not told',
    source: 'RFC 2046 5.1.1: a required parameter',
    mail: simple.replace(/;\n\tboundary="[^"]*"/, ''),
    expected: hard,
  },
  {
    name: 'the boundary is told without quotes',
    source: 'RFC 2045 5.1',
    mail: simple.replaceAll('9B1.1736157600/mx.buyer.test', 'plain-1').replace('"plain-1"', 'plain-1'),
    expected: hard,
  },
  {
    name: 'all MIME is lost',
    source: 'A gateway that keeps From, To and Subject',
    mail: simple.replace(/MIME-Version[^\n]*\nContent-Type: multipart\/report[^\n]*\n[^\n]*\n/, ''),
    expected: hard,
  },
  {
    name: 'multipart/mixed instead of multipart/report',
    source: 'RFC 6522 3 violated by Exchange 5.5',
    mail: simple.replace('multipart/report; report-type=delivery-status', 'multipart/mixed'),
    expected: hard,
  },
  {
    name: 'the fields are text/plain',
    source: 'A gateway that flattens unknown types',
    mail: simple.replace('message/delivery-status', 'text/plain'),
    expected: hard,
  },
  {
    name: 'lines end in LF only, and fields are in capitals',
    source: 'RFC 5322 2.1',
    mail: simple
      .replace('Final-Recipient', 'FINAL-RECIPIENT')
      .replace('Status: 5', 'STATUS: 5')
      .replace('Action: failed', 'ACTION: FAILED'),
    expected: hard,
  },
  {
    name: 'the fields in base64',
    source: 'RFC 2046 5.2 forbids it, some do it',
    mail: parts(
      'Content-Type: text/plain\n\nNot delivered.',
      `Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n${inBase64(statusText)}`,
      `Content-Type: message/rfc822\n\n${original}`,
    ),
    expected: hard,
  },
  {
    name: 'the fields in quoted-printable',
    source: 'RFC 2046 5.2 forbids it, some do it',
    mail: parts(
      'Content-Type: text/plain\n\nNot delivered.',
      `Content-Type: message/delivery-status\nContent-Transfer-Encoding: quoted-printable\n\n${inQuotedPrintable(statusText)}`,
      `Content-Type: message/rfc822\n\n${original}`,
    ),
    expected: hard,
  },
  {
    name: 'the returned message in base64',
    source: 'RFC 2046 5.2.1 forbids it, some do it',
    mail: parts(
      'Content-Type: text/plain\n\nNot delivered.',
      `Content-Type: message/delivery-status\n\n${statusText}`,
      `Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n${inBase64(original)}`,
    ),
    expected: hard,
  },
  {
    name: 'only the header is returned',
    source: 'RFC 6522 4: text/rfc822-headers',
    mail: parts(
      'Content-Type: text/plain\n\nNot delivered.',
      `Content-Type: message/delivery-status\n\n${statusText}`,
      `Content-Type: text/rfc822-headers\n\n${originalHeader}`,
    ),
    expected: hard,
  },
  {
    name: 'only the header, with another type',
    source: 'message/rfc822-headers, as some write it',
    mail: parts(
      'Content-Type: text/plain\n\nNot delivered.',
      `Content-Type: message/delivery-status\n\n${statusText}`,
      `Content-Type: message/rfc822-headers\n\n${originalHeader}`,
    ),
    expected: hard,
  },
  {
    name: 'nothing is returned',
    source: 'RFC 3464 2: the third part is optional',
    mail: parts('Content-Type: text/plain\n\nNot delivered.', `Content-Type: message/delivery-status\n\n${statusText}`),
    expected: { kind: 'delivery_report', recipients: { 'ana@buyer.test': 'HardBounce' } },
  },
  {
    name: 'the fields come first',
    source: 'RFC 6522 3: an order that some do not know',
    mail: parts(
      `Content-Type: message/delivery-status\n\n${statusText}`,
      'Content-Type: text/plain\n\nNot delivered.',
      `Content-Type: message/rfc822\n\n${original}`,
    ),
    expected: hard,
  },
  {
    name: 'parts within parts',
    source: 'multipart/alternative for the text, as Gmail',
    mail: parts(
      'Content-Type: multipart/related; boundary="r"\n\n--r\nContent-Type: multipart/alternative; boundary="a"\n\n--a\nContent-Type: text/plain\n\nNot delivered.\n--a\nContent-Type: text/html\n\n<p>Not delivered.</p>\n--a--\n--r\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--r--',
      `Content-Type: message/delivery-status\n\n${statusText}`,
      `Content-Type: message/rfc822\n\n${original}`,
    ),
    expected: hard,
  },
  {
    name: 'a notice in base64',
    source: 'RFC 2045 6.8',
    mail: plainNotice({
      from: 'postmaster@buyer.test',
      subject: 'Undeliverable: order',
      more: 'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64',
      body: inBase64(`<ana@buyer.test>: Empf\u00e4nger unbekannt\n\n${original}`),
    }),
    expected: hard,
  },
  {
    name: 'a notice in another character set',
    source: 'RFC 2045 5.1: iso-2022-jp',
    mail: plainNotice({
      from: 'postmaster@buyer.test',
      subject: '=?utf-8?B?6YWN5L+h44Gn44GN44G+44Gb44KT?=',
      more: 'MIME-Version: 1.0\nContent-Type: text/plain; charset=iso-2022-jp',
      body: '<ana@buyer.test>:\n\u001b$B08@h$,8+$D$+$j$^$;$s\u001b(B',
    }),
    expected: { kind: 'delivery_report', recipients: { 'ana@buyer.test': 'HardBounce' } },
  },
  {
    name: 'forwarded as an attachment',
    source: 'RFC 2046 5.2.1',
    mail: forwarded('Fwd: Undelivered Mail', `Content-Type: message/rfc822\n\n${simple}`),
    expected: hard,
  },
  {
    name: 'forwarded twice',
    source: 'RFC 2046 5.2.1',
    mail: forwarded(
      'Fwd: Fwd: Undelivered Mail',
      `Content-Type: message/rfc822\n\n${forwarded('Fwd: Undelivered Mail', `Content-Type: message/rfc822\n\n${simple}`).replaceAll('--fw', '--f2').replace('"fw"', '"f2"')}`,
    ),
    expected: hard,
  },
  {
    name: 'a report about a message that is a report',
    source: 'RFC 3464: the outer one counts',
    mail: deliveryStatus({
      groups: [unknownUser],
      returned: deliveryStatus({ groups: [{ to: 'bob@shop.test', status: '5.1.1' }] }).replaceAll('9B1', '9B2'),
    }),
    expected: { kind: 'delivery_report', recipients: { 'ana@buyer.test': 'HardBounce' } },
  },
  {
    name: 'a report about a message that carries a complaint',
    source: 'The returned message is no complaint of this reporter',
    mail: deliveryStatus({
      groups: [{ to: 'ana@buyer.test', status: '5.7.1', diagnostic: 'smtp; 550 5.7.1 Blocked' }],
      returned: `${originalHeader.replace('text/plain; charset=utf-8', 'multipart/report; boundary="cc"')}\n--cc\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: eve@buyer.test\n--cc--\n`,
    }),
    expected: { kind: 'delivery_report', recipients: { 'ana@buyer.test': 'Blocked' }, messageId },
  },
  {
    name: 'an auto-responder that returns a message with words of failure',
    source: 'RFC 3834',
    mail: forwarded(
      'Out of Office',
      `Content-Type: message/rfc822\n\n${original.replace('Thank you', '<bob@buyer.test>: 550 5.1.1 User unknown. Thank you')}`,
    ).replace('MIME-Version', 'Auto-Submitted: auto-replied\nMIME-Version'),
    expected: { kind: 'auto_reply', type: 'AutoResponder', messageId },
  },
  {
    name: 'a report that names nobody',
    source: 'Microsoft: recipients hidden',
    mail: plainNotice({
      from: 'postmaster@buyer.test',
      subject: 'Undeliverable: Your order',
      body: 'Your message was not delivered. The mailbox is full.',
    }),
    expected: { kind: 'delivery_report', recipients: {}, overall: 'SoftBounce' },
  },
  {
    name: 'a report that names two without saying who failed',
    source: 'Prose of a gateway',
    mail: plainNotice({
      from: 'postmaster@buyer.test',
      subject: 'Undeliverable: Your order',
      body: 'Your message to ana@buyer.test and bob@buyer.test was not delivered. One of them is an unknown user.',
    }),
    expected: { kind: 'delivery_report', recipients: {}, overall: 'HardBounce' },
  },
  {
    name: 'a quoted copy below a quoted notice',
    source: 'Somebody forwards a notice in his text',
    mail: `From: Postmaster <postmaster@shop.test>\nTo: pm-k5zq@bounces.shop.test\nSubject: Fwd: Undeliverable mail\n\n> <ana@buyer.test>:\n> 550 5.1.1 User unknown\n>\n> --- Below this line is a copy of the message.\n>\n${originalHeader.replace(/^/gm, '> ')}`,
    expected: hard,
  },
  { name: 'an empty mail', source: 'RFC 5322: a body is optional', mail: '', expected: { kind: 'none' } },
  {
    name: 'a header only',
    source: 'RFC 5322: a body is optional',
    mail: 'From: MAILER-DAEMON@mx.buyer.test\nSubject: failure notice\n',
    expected: { kind: 'delivery_report', recipients: {}, overall: 'Unknown' },
  },
  {
    name: 'a shop that writes about deliveries of parcels',
    source: 'Words of delivery in a person\u2019s mail',
    mail: 'From: Parcel service <hello@parcel.test>\nTo: pm-k5zq@bounces.shop.test\nSubject: Your parcel could not be delivered\n\nThe courier did not find ana@buyer.test at home.\n',
    expected: { kind: 'none' },
  },
];
