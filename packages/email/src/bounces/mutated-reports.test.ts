// The corpus, broken at random: whatever arrives, reading it does not throw, stays within its limits, and names nobody
// whom the mail does not name.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { linesMax, nestingMax, partsMax } from '../mime/read-parts.ts';
import { type Mutation, mutatedMail, nested, place, withLines } from '../mime/testing/mutate-mail.ts';
import { bounceTypeByName } from './bounce-types.ts';
import { corpus, sourceOf } from './corpus/corpus.ts';
import { deliveryStatus, original } from './corpus/corpus-report.ts';
import type { MailReport } from './mail-report.ts';
import { readReport } from './read-report.ts';

const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
console.log(`seed ${seed}`);
const numRuns = Number(process.env.RUNS ?? 3000);

const sources = corpus.map(sourceOf);
const mutated = mutatedMail(sources);

function addressesOf(report: MailReport): string[] {
  if (report.kind === 'delivery_report') {
    return report.recipients.flatMap(({ address, finalAddress }) =>
      finalAddress ? [address, finalAddress] : [address],
    );
  }
  return report.kind === 'complaint' ? report.recipients : [];
}

test('a broken report does not throw, and reading it stays within its limits', () => {
  const property = fc.property(mutated, mail => {
    const tally = { lines: 0, parts: 0, depth: 0 };
    const report = readReport(mail, tally);
    assert.ok(tally.depth <= nestingMax);
    assert.ok(tally.parts <= partsMax + nestingMax);
    // Each level of nesting looks at its lines once; a message in base64 brings lines of its own.
    const lines = Math.min(linesMax, mail.toString('latin1').split(/\r\n|\n|\r/).length);
    assert.ok(tally.lines <= (nestingMax + 1) * (lines + mail.length / 40), `${tally.lines} of ${lines}`);

    assert.ok(addressesOf(report).length <= 200);
    if (report.kind === 'none') return;
    assert.ok(Buffer.byteLength(report.description) <= 2048);
    assert.ok(report.about.recipients.length <= 100);
    if (report.kind === 'delivery_report') {
      for (const { diagnostic } of report.recipients) assert.ok(Buffer.byteLength(diagnostic) <= 2048);
    }
  });
  fc.assert(property, { seed, numRuns });
});

test('a broken report names nobody whom the mail does not name', () => {
  let looked = 0;
  const property = fc.property(mutated, mail => {
    const named = namesIn(mail);
    if (named === undefined) return;
    looked += 1;
    for (const address of addressesOf(readReport(mail))) {
      assert.ok(named.includes(address.toLowerCase()), `${address} is not in\n${mail}`);
    }
  });
  fc.assert(property, { seed, numRuns });
  assert.ok(looked > numRuns / 2, `${looked} of ${numRuns}`);
});

/**
 * Everything that the mail could be read as, by simpler means than those of the reader; undefined where it may hold
 * text in base64, which one changed letter turns into any other text.
 */
function namesIn(mail: Buffer): string | undefined {
  const text = mail.toString('latin1');
  if (/base64|utf-16|iso-2022/i.test(text)) return undefined;
  const forms = [text, mail.toString('utf8')];
  forms.push(...forms.map(form => form.replace(/=[ \t]*\r?\n/g, '')));
  forms.push(
    ...forms.map(form =>
      form.replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    ),
  );
  forms.push(
    ...forms.map(form =>
      form.replace(/\\x\{([0-9a-f]{1,6})\}/gi, (whole, hex: string) => {
        const code = Number.parseInt(hex, 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      }),
    ),
  );
  forms.push(...forms.map(form => form.replace(/["\\]/g, '')), new TextDecoder('windows-1252').decode(mail));
  return forms.join('\n').toLowerCase();
}

test('somebody who only got the returned message is not suppressed, however the report about another is cut', () => {
  const bystanders = original
    .replace('To: ana@buyer.test', 'To: ana@buyer.test, eve@other.test\nCc: joe@other.test, "Zoe" <zoe@other.test>')
    .replace('Questions:', 'Bob <bob@other.test> sends his regards. Questions:');
  const simple = sourceOf({
    name: '',
    source: '',
    expected: { kind: 'none' },
    mail: deliveryStatus({
      groups: [{ to: 'ana@buyer.test', status: '5.1.1', diagnostic: 'smtp; 550 5.1.1 User unknown' }],
      returned: bystanders,
    }),
  });
  const cut = fc.oneof(
    fc.tuple(place, fc.integer({ min: 1, max: 8 })).map(
      ([at, count]): Mutation =>
        mail =>
          withLines(mail, at, count, 'drop'),
    ),
    fc.tuple(place, fc.integer({ min: 1, max: 8 })).map(
      ([at, count]): Mutation =>
        mail =>
          withLines(mail, at, count, 'twice'),
    ),
    place.map(
      (at): Mutation =>
        mail =>
          mail.subarray(0, Math.ceil(at * mail.length)),
    ),
    fc.constant<Mutation>(nested),
  );
  const property = fc.property(fc.array(cut, { minLength: 1, maxLength: 4 }), mutations => {
    const report = readReport(mutations.reduce((changed, mutate) => mutate(changed), simple));
    if (report.kind !== 'delivery_report') return;
    for (const { address, type } of report.recipients) {
      const suppresses = type !== undefined && bounceTypeByName[type].deactivates;
      assert.ok(!suppresses || address === 'ana@buyer.test', `${address}: ${type}`);
    }
  });
  fc.assert(property, { seed, numRuns });
});
