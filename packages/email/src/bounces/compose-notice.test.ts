import assert from 'node:assert/strict';
import { test } from 'node:test';
import PostalMime from 'postal-mime';
import { composeBounceNotice, composeComplaint } from './compose-notice.ts';

const about = {
  reportingHost: 'mail.shop.test',
  messageId: '01900000-0000-7000-8000-000000000001',
  recipient: 'ana@buyer.test',
  from: 'desk@shop.test',
  subject: 'Gr\u00fc\u00dfe',
  at: new Date('2026-11-26T10:00:00Z'),
};
const notice = { ...about, reply: 'smtp;550 5.1.1 no such user', remoteHost: 'mx.buyer.test' };

test('a notice has the three parts of a report, and a parser reads them', async () => {
  const source = composeBounceNotice(notice);
  const parsed = await PostalMime.parse(source);
  assert.equal(parsed.subject, 'Undelivered Mail Returned to Sender');
  assert.match(parsed.text ?? '', /The message to ana@buyer\.test could not be delivered\./);
  assert.deepEqual(
    parsed.attachments.map(part => part.mimeType),
    ['message/delivery-status', 'text/rfc822-headers'],
  );
  assert.match(source, /\r\nSubject: =\?utf-8\?/i);
  for (const line of [
    'Final-Recipient: rfc822; ana@buyer.test',
    'Status: 5.1.1',
    'Remote-MTA: dns; mx.buyer.test',
    'Diagnostic-Code: smtp; 550 5.1.1 no such user',
  ])
    assert.ok(source.toLowerCase().includes(`\r\n${line.toLowerCase()}\r\n`), line);
});

test('without a status the reply is 5.0.0; without a server none is named; line breaks begin no field', () => {
  const source = composeBounceNotice({ ...notice, reply: 'gone\r\nX-Evil: 1', remoteHost: '' });
  assert.match(source, /\r\nStatus: 5\.0\.0\r\nDiagnostic-Code: smtp; gone X-Evil: 1\r\n/);
  assert.doesNotMatch(source, /Remote-MTA|\nX-Evil/);
});

test('a complaint is a feedback report about one recipient', async () => {
  const source = composeComplaint(about);
  assert.match(source, /report-type=feedback-report/);
  assert.match(source, /\r\nFeedback-Type: abuse\r\n(?:.+\r\n)*Original-Rcpt-To: ana@buyer\.test\r\n/);
  assert.equal((await PostalMime.parse(source)).attachments.length, 2);
});
