// Feedback loops: complaints, and what looks like one and is none.

import { type CorpusReport, messageId, original, originalHeader } from './corpus-report.ts';

function arf(report: { type: string; fields?: string; text?: string; returned?: string; part?: string }): string {
  return `From: <feedback@isp.test>
To: fbl@shop.test
Subject: Email feedback report
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="arf=_1"

--arf=_1
Content-Type: text/plain; charset="US-ASCII"

${report.text ?? 'This is an email abuse report for an email message received from IP 192.0.2.10 on Mon, 06 Jan 2025 10:00:00 +0000.'}

--arf=_1
Content-Type: message/feedback-report

Feedback-Type: ${report.type}
User-Agent: IspFeedback/1.0
Version: 1
${report.fields ?? 'Original-Mail-From: <pm-k5zq@bounces.shop.test>\nOriginal-Rcpt-To: <ana@buyer.test>\nSource-IP: 192.0.2.10'}

--arf=_1
Content-Type: ${report.part ?? 'message/rfc822'}

${report.returned ?? original}
--arf=_1--
`;
}

const manyInTo = original.replace('To: ana@buyer.test', 'To: ana@buyer.test, bob@buyer.test, eve@buyer.test');
const redacted = original.replace('To: ana@buyer.test', 'To: [redacted]');

export const complaints: readonly CorpusReport[] = [
  {
    name: 'ARF: abuse',
    source: 'RFC 5965 appendix B',
    mail: arf({ type: 'abuse' }),
    expected: { kind: 'complaint', recipients: ['ana@buyer.test'], type: 'SpamComplaint', messageId },
  },
  {
    name: 'ARF with the header of the message only',
    source: 'RFC 5965 2 (d): text/rfc822-headers',
    mail: arf({ type: 'abuse', returned: originalHeader, part: 'text/rfc822-headers' }),
    expected: { kind: 'complaint', recipients: ['ana@buyer.test'], type: 'SpamComplaint', messageId },
  },
  {
    name: 'ARF: fraud',
    source: 'RFC 5965 7.3',
    mail: arf({ type: 'fraud' }),
    expected: { kind: 'complaint', recipients: ['ana@buyer.test'], type: 'SpamComplaint', messageId },
  },
  {
    name: 'ARF with odd casing and spaces',
    source: 'RFC 5322 1.2.2: names of fields in any case',
    mail: arf({ type: ' Abuse ' }).replace('Feedback-Type', 'FEEDBACK-TYPE'),
    expected: { kind: 'complaint', recipients: ['ana@buyer.test'], type: 'SpamComplaint', messageId },
  },
  {
    name: 'ARF whose recipient is redacted',
    source: 'RFC 6590',
    mail: arf({ type: 'abuse', fields: 'Original-Mail-From: <pm-k5zq@bounces.shop.test>', returned: redacted }),
    expected: { kind: 'complaint', recipients: [], type: 'SpamComplaint', messageId },
  },
  {
    name: 'ARF about one of three addressees',
    source: 'RFC 5965 3.2: Original-Rcpt-To says who',
    mail: arf({ type: 'abuse', returned: manyInTo }),
    expected: { kind: 'complaint', recipients: ['ana@buyer.test'], type: 'SpamComplaint', messageId },
  },
  {
    name: 'ARF that does not say which of three addressees',
    source: 'RFC 5965 3.2: Original-Rcpt-To is optional',
    mail: arf({ type: 'abuse', fields: 'Source-IP: 192.0.2.10', returned: manyInTo }),
    expected: { kind: 'complaint', recipients: [], type: 'SpamComplaint', messageId },
  },
  {
    name: 'Yahoo: ARF',
    source: 'Yahoo Complaint Feedback Loop',
    mail: arf({
      type: 'abuse',
      fields:
        'Original-Mail-From: pm-k5zq@bounces.shop.test\nOriginal-Rcpt-To: ana@buyer.test\nReported-Domain: shop.test\nAuthentication-Results: atlas.yahoo.test; dkim=pass header.i=@shop.test',
      text: 'This is an email abuse report.',
    }),
    expected: { kind: 'complaint', recipients: ['ana@buyer.test'], type: 'SpamComplaint', messageId },
  },
  {
    name: 'CFBL: ARF with a feedback id',
    source: 'RFC 9477 3',
    mail: arf({
      type: 'abuse',
      fields: 'CFBL-Feedback-ID: 23:a1\nOriginal-Rcpt-To: <ana@buyer.test>',
      returned: `CFBL-Address: fbl@shop.test; report=arf\n${original}`,
    }),
    expected: { kind: 'complaint', recipients: ['ana@buyer.test'], type: 'SpamComplaint', messageId },
  },
  {
    name: 'Microsoft JMRP before ARF',
    source: 'Outlook.com Junk Mail Reporting Program',
    mail: `From: staff@hotmail.test
To: fbl@shop.test
Subject: complaint about message from 192.0.2.10
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="jmrp"

--jmrp
Content-Type: message/rfc822
Content-Disposition: inline

X-HmXmrOriginalRecipient: <ana@buyer.test>
${original}
--jmrp--
`,
    expected: { kind: 'complaint', recipients: ['ana@buyer.test'], type: 'SpamComplaint', messageId },
  },
  {
    name: 'ARF that was forwarded',
    source: 'RFC 2046 5.2.1: the report as an attachment',
    mail: `From: abuse@shop.test
To: fbl@shop.test
Subject: Fwd: Email feedback report
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="fwd"

--fwd
Content-Type: text/plain

Please look at this.

--fwd
Content-Type: message/rfc822

${arf({ type: 'abuse' })}
--fwd--
`,
    expected: { kind: 'complaint', recipients: ['ana@buyer.test'], type: 'SpamComplaint', messageId },
  },
  {
    name: 'ARF: not spam',
    source: 'RFC 6430',
    mail: arf({ type: 'not-spam' }),
    expected: { kind: 'complaint', recipients: ['ana@buyer.test'], type: null, messageId },
  },
  {
    name: 'ARF: authentication failure',
    source: 'RFC 6591',
    mail: arf({
      type: 'auth-failure',
      fields:
        'Auth-Failure: dmarc\nOriginal-Mail-From: <pm-k5zq@bounces.shop.test>\nOriginal-Rcpt-To: <ana@buyer.test>',
    }),
    expected: { kind: 'complaint', recipients: ['ana@buyer.test'], type: null, messageId },
  },
  {
    name: 'ARF: other',
    source: 'RFC 5965 7.3: any other feedback',
    mail: arf({ type: 'other' }),
    expected: { kind: 'complaint', recipients: ['ana@buyer.test'], type: null, messageId },
  },
  {
    name: 'ARF: a type that is not registered',
    source: 'RFC 5965 7.3',
    mail: arf({ type: 'constructor' }),
    expected: { kind: 'complaint', recipients: ['ana@buyer.test'], type: null, messageId },
  },
  {
    name: 'ARF: virus',
    source: 'RFC 5965 7.3',
    mail: arf({ type: 'virus' }),
    expected: { kind: 'complaint', recipients: ['ana@buyer.test'], type: 'VirusNotification', messageId },
  },
  {
    name: 'ARF: opt-out',
    source: 'The first draft of ARF, still sent by some',
    mail: arf({ type: 'opt-out', fields: 'Removal-Recipient: ana@buyer.test' }),
    expected: { kind: 'complaint', recipients: ['ana@buyer.test'], type: 'Unsubscribe', messageId },
  },
];
