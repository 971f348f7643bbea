import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BounceTypeName } from './bounce-types.ts';
import { classifyReply, replyRules, ruleForReply } from './classify-reply.ts';
import { corpus, sourceOf } from './corpus/corpus.ts';
import { readReport } from './read-report.ts';
import { realReplies } from './real-replies.ts';
import { rulesAboutUs } from './rules-about-us.ts';

const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
console.log(`seed ${seed}`);

/** As the reply parser hands it over: the status only where RFC 2034 puts it. */
function replyOf(text: string): { code: number; enhanced?: string; text: string } {
  const enhanced = /^\d{3} ([245]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(text)?.[1];
  return { code: Number(text.slice(0, 3)), ...(enhanced ? { enhanced } : {}), text };
}

for (const [type, replies] of Object.entries(realReplies)) {
  test(`replies that are a ${type}`, () => {
    for (const text of replies) {
      const rule = ruleForReply(replyOf(text));
      assert.equal(rule.type, type, `${text}\n  decided by: ${rule.source}`);
    }
  });
}

test('each rule is needed by a real reply or by a report of the corpus', () => {
  const replies = Object.values(realReplies).flat();
  const reports = corpus.map(report => readReport(sourceOf(report)));
  const used = new Set([
    ...replies.map(text => ruleForReply(replyOf(text)).source),
    ...reports.flatMap(report =>
      report.kind === 'delivery_report' ? report.recipients.map(({ source }) => source) : [],
    ),
  ]);
  const unused = replyRules.filter(rule => !used.has(rule.source)).map(rule => rule.source);
  assert.deepEqual(unused, []);
});

test('the enhanced status decides where the words do not, whatever its class', () => {
  const typeByStatus: Record<string, BounceTypeName> = {
    '1.0': 'HardBounce',
    '1.1': 'HardBounce',
    '1.2': 'HardBounce',
    '1.3': 'HardBounce',
    '1.4': 'HardBounce',
    '1.5': 'Unknown',
    '1.6': 'HardBounce',
    '1.7': 'Blocked',
    '1.8': 'Blocked',
    '1.9': 'Unknown',
    '1.10': 'HardBounce',
    '1.90': 'Unknown',
    '2.0': 'SoftBounce',
    '2.1': 'SoftBounce',
    '2.2': 'SoftBounce',
    '2.3': 'SoftBounce',
    '2.4': 'SoftBounce',
    '3.0': 'Unknown',
    '3.1': 'SoftBounce',
    '3.2': 'SoftBounce',
    '3.3': 'Unknown',
    '3.4': 'SoftBounce',
    '3.5': 'SoftBounce',
    '4.0': 'SoftBounce',
    '4.1': 'SoftBounce',
    '4.3': 'DnsError',
    '4.4': 'DnsError',
    '4.5': 'SoftBounce',
    '4.6': 'DnsError',
    '4.7': 'SoftBounce',
    '5.0': 'Unknown',
    '5.1': 'Unknown',
    '5.4': 'Unknown',
    '6.0': 'Unknown',
    '6.7': 'Unknown',
    '7.0': 'Blocked',
    '7.1': 'Blocked',
    '7.13': 'Blocked',
    '7.16': 'SoftBounce',
    '7.17': 'HardBounce',
    '7.18': 'HardBounce',
    '7.19': 'Blocked',
    '7.511': 'Blocked',
  };
  for (let detail = 20; detail <= 30; detail += 1) typeByStatus[`7.${detail}`] = 'Blocked';
  for (const [status, type] of Object.entries(typeByStatus)) {
    for (const statusClass of [4, 5]) {
      const enhanced = `${statusClass}.${status}`;
      assert.equal(classifyReply({ code: 554, enhanced, text: `554 ${enhanced} No` }), type, enhanced);
    }
  }
});

test('a status is also found in the text, but an IP address is not taken for one', () => {
  assert.equal(classifyReply({ code: 550, text: '550 5.1.1 No' }), 'HardBounce');
  assert.equal(classifyReply({ code: 550, text: '5.1.1 No' }), 'HardBounce');
  assert.equal(classifyReply({ code: 553, text: '553 sorry (#5.7.1)' }), 'Blocked');
  assert.equal(classifyReply({ code: 550, text: '550 5.1.1.7 said no' }), 'Unknown');
});

test('without status and words the reply code decides, and 550 alone suppresses nobody', () => {
  const typeByCode: Record<number, BounceTypeName> = {
    500: 'Unknown',
    501: 'Unknown',
    503: 'Unknown',
    521: 'HardBounce',
    523: 'Blocked',
    530: 'Blocked',
    535: 'Blocked',
    550: 'Unknown',
    551: 'HardBounce',
    552: 'SoftBounce',
    553: 'Unknown',
    554: 'Unknown',
    555: 'Unknown',
    556: 'HardBounce',
  };
  for (const [code, type] of Object.entries(typeByCode)) {
    assert.equal(classifyReply({ code: Number(code), text: `${code} No` }), type, code);
  }
});

test('a 4xx that was waited out is a soft bounce, whatever it says', () => {
  for (const text of [
    '450 4.1.1 User unknown',
    '421 4.7.0 [TSS04] deferred',
    '452 4.2.2 Mailbox full',
    '451 Try later',
  ]) {
    assert.equal(classifyReply(replyOf(text)), 'SoftBounce', text);
  }
  assert.equal(classifyReply({ code: 250, text: '250 OK' }), 'Unknown');
});

test('names within addresses are no verdicts', () => {
  for (const name of ['spam', 'virus', 'dmarc', 'blacklist', 'policy', 'spf.fail', 'mailbox.full']) {
    const text = `550 5.1.1 <${name}@${name}.test>: Recipient address rejected: User unknown`;
    assert.equal(classifyReply(replyOf(text)), 'HardBounce', text);
    assert.equal(classifyReply({ code: 550, text: `550 Rejected (${name}@buyer.test:no)` }), 'Unknown', name);
  }
});

test('what speaks of us is never a hard bounce, even behind the status and the words of an unknown recipient', () => {
  const aboutUs = Object.values(realReplies)
    .flat()
    .filter(text => rulesAboutUs.includes(ruleForReply(replyOf(text))));
  assert.ok(aboutUs.length > 50);
  for (const text of aboutUs) {
    const disguised = `550 5.1.1 User unknown; ${text.replace(/^\d{3} (?:[245]\.\d+\.\d+ )?/, '')}`;
    assert.notEqual(classifyReply(replyOf(disguised)), 'HardBounce', disguised);
  }
});

test('any text is classified, and a hostile one is cheap', () => {
  const property = fc.property(fc.integer({ min: 500, max: 599 }), fc.string({ unit: 'binary' }), (code, text) => {
    assert.ok(classifyReply({ code, text }));
  });
  fc.assert(property, { seed });
  const pieces = [
    'a',
    ' ',
    'mailbox ',
    'spf ',
    'sender address ',
    'rejected ',
    'blocked ',
    '5.1.',
    '550-5.1.1 ',
    'user a b c d ',
  ];
  for (const piece of pieces) assert.ok(classifyReply({ code: 550, text: piece.repeat(1_000_000 / piece.length) }));
});
