import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createReplyParser, NotSmtpError } from './reply-parser.ts';

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const parse = (text: string) => createReplyParser().push(Buffer.from(text));

test('replies of one line and of many are read', () => {
  assert.deepEqual(parse('220 mx.example.com ESMTP\r\n250-one\r\n250-\r\n250 three\r\n250\r\n'), [
    { code: 220, lines: ['mx.example.com ESMTP'], text: 'mx.example.com ESMTP' },
    { code: 250, lines: ['one', '', 'three'], text: 'one\n\nthree' },
    { code: 250, lines: [''], text: '' },
  ]);
});

test('the enhanced code is that of the first line, if it fits the code', () => {
  assert.equal(parse('550-5.1.1 Unknown\r\n550 5.7.1 user\r\n')[0]?.enhanced, '5.1.1');
  assert.equal(parse('550 5.1.1\r\n')[0]?.enhanced, '5.1.1');
  assert.equal(parse('550 4.1.1 Unknown\r\n')[0]?.enhanced, undefined);
  assert.equal(parse('550 5.1.1.1 Unknown\r\n')[0]?.enhanced, undefined);
  assert.equal(parse('550 Unknown 5.1.1\r\n')[0]?.enhanced, undefined);
});

test('bare line feeds end lines too, and text outside ASCII is read as UTF-8', () => {
  assert.equal(parse('550 Größe\n')[0]?.text, 'Größe');
  assert.equal(createReplyParser().push(Buffer.from([53, 53, 48, 32, 0xff, 10]))[0]?.text, '\ufffd');
});

test('what is no SMTP is refused, after the replies that came before it', () => {
  for (const garbage of [
    'HTTP/1.1 400 Bad Request\r\n',
    '\r\n',
    '150 early\r\n',
    '600 late\r\n',
    '25 short\r\n',
    '250+plus\r\n',
    '\0\0\0\n',
  ]) {
    assert.throws(() => parse(garbage), NotSmtpError, garbage);
  }
  assert.throws(
    () => parse('250 taken\r\nnonsense\r\n'),
    (error: unknown) =>
      error instanceof NotSmtpError && error.repliesBefore[0]?.text === 'taken' && error.message.includes('nonsense'),
  );
});

test(`wherever the bytes are cut, the same replies are read (SEED=${seed})`, () => {
  const line = fc.constantFrom('250 ok\r\n', '250-é more\r\n', '550 5.1.1 ünknown\r\n', '354\r\n', '421-bye\n');
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.array(fc.nat(80), { maxLength: 8 }), (lines, cuts) => {
      const whole = Buffer.from(lines.join(''));
      const ends = [...cuts.map(cut => Math.min(cut, whole.length)), whole.length].sort((a, b) => a - b);
      const parser = createReplyParser();
      const replies = ends.flatMap((end, index) => parser.push(whole.subarray(ends[index - 1] ?? 0, end)));
      assert.deepEqual(replies, parse(lines.join('')));
    }),
    { seed, numRuns: 300 },
  );
});
