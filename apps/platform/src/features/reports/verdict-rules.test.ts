import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MailReport, Verdict } from '@pennyblack/email/bounces/mail-report.ts';
import { verdictsOf } from './verdict-rules.ts';

const ana = { recipientNumber: 0, address: 'Ana@buyer.test' };
const ben = { recipientNumber: 1, address: 'ben@buyer.test' };
const both = [ana, ben];

const hard: Verdict = {
  action: 'failed',
  status: '5.1.1',
  diagnostic: 'smtp;550 5.1.1 no such user',
  type: 'HardBounce',
  source: 'test',
};
const soft: Verdict = { ...hard, diagnostic: 'smtp;452 4.2.2 full', type: 'SoftBounce' };
const delayed: Verdict = { ...hard, action: 'delayed', diagnostic: 'smtp;451 wait', type: 'Transient' };
const fine: Verdict = { ...hard, action: 'delivered', diagnostic: '', type: undefined };

function delivery(recipients: (Verdict & { address: string; finalAddress?: string })[], overall = hard): MailReport {
  return { kind: 'delivery_report', recipients, about: { recipients: [] }, description: 'Sorry', overall };
}

function complaint(recipients: string[], isComplaint = true): MailReport {
  const type = isComplaint ? ('SpamComplaint' as const) : undefined;
  const rest = { about: { recipients: ['ana@buyer.test', 'ben@buyer.test'] }, reporter: 'isp.test', description: '' };
  return { kind: 'complaint', feedbackType: 'abuse', type, recipients, ...rest };
}

/** Who is concerned, and how. */
function told(report: MailReport, recipients = both, recipientNumber?: number): string[] | string {
  const verdicts = verdictsOf(report, recipients, recipientNumber);
  if (typeof verdicts === 'string') return verdicts;
  return verdicts.map(each => `${each.recipient.address} ${each.kind === 'delay' ? 'delay' : each.type}`);
}

test('of a report about many, only the recipient that the return path names is concerned', () => {
  const report = delivery([
    { ...hard, address: 'ben@buyer.test' },
    { ...soft, address: 'ana@buyer.test' },
  ]);
  assert.deepEqual(told(report, both, 0), ['Ana@buyer.test SoftBounce']);
  assert.deepEqual(told(report, both, 1), ['ben@buyer.test HardBounce']);
  assert.equal(told(report, both, 2), 'unknown_recipient');
});

test('a report that names nobody is about whom the return path names', () => {
  assert.deepEqual(told(delivery([]), both, 1), ['ben@buyer.test HardBounce']);
  assert.deepEqual(told(delivery([], delayed), both, 1), ['ben@buyer.test delay']);
  assert.deepEqual(told(delivery([], fine), both, 1), []);
});

test('what failed behind a recipient, at an alias or a forwarding, never suppresses the recipient', () => {
  const behind = delivery([{ ...hard, address: 'ana@elsewhere.test' }]);
  assert.deepEqual(told(behind, both, 0), ['Ana@buyer.test Unknown']);
  assert.deepEqual(told(delivery([{ ...soft, address: 'x@elsewhere.test' }], soft), both, 0), [
    'Ana@buyer.test SoftBounce',
  ]);
  const known = delivery([{ ...hard, address: 'ana@mail.buyer.test' }]);
  assert.deepEqual(told(known, both, 0), ['Ana@buyer.test HardBounce']);
  const original = delivery([{ ...hard, address: 'ana@buyer.test', finalAddress: 'a.smith@inside.test' }]);
  assert.deepEqual(told(original, both, 0), ['Ana@buyer.test HardBounce']);
});

test('without a return path, a report has to name somebody whom the message went to', () => {
  assert.deepEqual(told(delivery([{ ...hard, address: 'BEN@buyer.test' }])), ['ben@buyer.test HardBounce']);
  assert.equal(told(delivery([{ ...hard, address: 'eve@buyer.test' }])), 'unknown_recipient');
  assert.equal(told(delivery([])), 'unknown_recipient');
  assert.deepEqual(told(delivery([]), [ana]), ['Ana@buyer.test HardBounce']);
});

test('a complaint concerns exactly one recipient, or nobody', () => {
  assert.deepEqual(told(complaint(['ana@BUYER.test'])), ['Ana@buyer.test SpamComplaint']);
  assert.equal(told(complaint([])), 'unknown_recipient');
  assert.equal(told(complaint(['ana@buyer.test', 'ben@buyer.test'])), 'unknown_recipient');
  assert.deepEqual(told(complaint([]), [ben]), ['ben@buyer.test SpamComplaint']);
  assert.deepEqual(told(complaint([]), both, 1), ['ben@buyer.test SpamComplaint']);
  assert.equal(told(complaint(['ana@buyer.test']), both, 1), 'unknown_recipient');
  assert.deepEqual(told(complaint(['ana@buyer.test'], false)), []);
});

test('an automatic answer concerns whom the return path names, and nobody without one', () => {
  const answer: MailReport = {
    kind: 'auto_reply',
    type: 'AutoResponder',
    about: { recipients: [] },
    description: 'Away',
  };
  assert.deepEqual(told(answer, both, 1), ['ben@buyer.test AutoResponder']);
  assert.equal(told(answer, [ana]), 'unknown_recipient');
});
