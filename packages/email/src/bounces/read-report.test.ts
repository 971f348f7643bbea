import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BounceTypeName, bounceTypeByName } from './bounce-types.ts';
import { corpus, sourceOf } from './corpus/corpus.ts';
import { type CorpusReport, deliveryStatus, original, plainNotice } from './corpus/corpus-report.ts';
import type { MailReport } from './mail-report.ts';
import { readReport } from './read-report.ts';
import { realReplies } from './real-replies.ts';

test('the corpus has at least 150 reports, each with its own name and a source', () => {
  assert.ok(corpus.length >= 150, `${corpus.length} reports`);
  assert.equal(new Set(corpus.map(report => report.name)).size, corpus.length);
  assert.ok(corpus.every(report => report.source !== ''));
});

for (const report of corpus) {
  test(report.name, () => {
    const read = readReport(sourceOf(report));
    assert.deepEqual(summaryOf(read, report), report.expected, JSON.stringify(read, null, 1));
  });
}

function suppresses(type: BounceTypeName | undefined | null): boolean {
  return type !== undefined && type !== null && bounceTypeByName[type].deactivates;
}

test('nobody is suppressed by a report that must not suppress', () => {
  for (const report of corpus) {
    const read = readReport(sourceOf(report));
    const { expected } = report;
    if (read.kind === 'delivery_report') {
      const allowed: Record<string, BounceTypeName | null> =
        expected.kind === 'delivery_report' ? expected.recipients : {};
      for (const { address, type } of read.recipients) {
        assert.ok(!suppresses(type) || suppresses(allowed[address]), `${report.name}: ${address} ${type}`);
      }
    }
    if (read.kind === 'complaint') {
      assert.ok(!suppresses(read.type) || (expected.kind === 'complaint' && suppresses(expected.type)), report.name);
    }
    if (read.kind === 'auto_reply') assert.ok(!suppresses(read.type), report.name);
  }
});

/** The same answer of a server as each program would tell of it. */
function toldBy(reply: string): [program: string, source: Buffer][] {
  const noted = (from: string, subject: string, body: string): string => plainNotice({ from, subject, body });
  const mails: [string, string][] = [
    ['Postfix', deliveryStatus({ groups: [{ to: 'ana@buyer.test', status: '5.0.0', diagnostic: `smtp; ${reply}` }] })],
    // Sendmail gives the status of an unknown user to every 550.
    ['Sendmail', deliveryStatus({ groups: [{ to: 'ana@buyer.test', status: '5.1.1', diagnostic: `SMTP; ${reply}` }] })],
    [
      'qmail',
      noted(
        'MAILER-DAEMON@mx.buyer.test',
        'failure notice',
        `Hi. This is the qmail-send program at mx.buyer.test.\n\n<ana@buyer.test>:\n192.0.2.25 failed after I sent the message.\nRemote host said: ${reply}\n\n--- Below this line is a copy of the message.\n\n${original}`,
      ),
    ],
    [
      'Exim',
      noted(
        'Mailer-Daemon@mx.buyer.test',
        'Mail delivery failed',
        `This message was created automatically by mail delivery software.\n\n  ana@buyer.test\n    host mx2.buyer.test [192.0.2.26]\n    SMTP error from remote mail server after RCPT TO:<ana@buyer.test>:\n    ${reply}\n`,
      ),
    ],
    [
      'Postfix, in text',
      noted(
        'MAILER-DAEMON@mx.buyer.test',
        'Undelivered Mail Returned to Sender',
        `This is the mail system at host mx.buyer.test.\n\n<ana@buyer.test>: host mx2.buyer.test[192.0.2.26] said: ${reply} (in reply to RCPT TO command)\n`,
      ),
    ],
  ];
  return mails.map(([program, mail]) => [program, Buffer.from(mail)]);
}

for (const [type, replies] of Object.entries(realReplies)) {
  test(`a reply that is a ${type} is that too where a report tells of it, or at least suppresses nobody`, () => {
    for (const reply of replies) {
      for (const [program, source] of toldBy(reply)) {
        const read = readReport(source);
        assert.ok(read.kind === 'delivery_report', program);
        assert.deepEqual(
          read.recipients.map(({ address }) => address),
          ['ana@buyer.test'],
          `${program}: ${reply}`,
        );
        for (const verdict of read.recipients) {
          if (verdict.type === 'HardBounce')
            assert.equal(type, 'HardBounce', `${program}: ${reply}\n${verdict.source}`);
          // What a Sendmail of the old days adds to a status is the only doubt that may stay.
          else if (type !== 'Unknown') assert.equal(verdict.type, type, `${program}: ${reply}\n${verdict.source}`);
        }
      }
    }
  });
}

/** What the corpus tells of an expected result, of a result. */
function summaryOf(read: MailReport, { expected }: CorpusReport): unknown {
  if (read.kind === 'none') return { kind: 'none' };
  const wantsId = expected.kind !== 'none' && 'messageId' in expected;
  const id = wantsId ? { messageId: read.about.messageId } : {};
  if (read.kind === 'auto_reply') return { kind: read.kind, type: read.type, ...id };
  if (read.kind === 'complaint') {
    return { kind: read.kind, recipients: read.recipients, type: read.type ?? null, ...id };
  }
  const recipients = Object.fromEntries(read.recipients.map(recipient => [recipient.address, recipient.type ?? null]));
  const overall = read.recipients.length === 0 ? { overall: read.overall.type } : {};
  return { kind: read.kind, recipients, ...overall, ...id };
}
