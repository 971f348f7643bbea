import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressKey } from './address-key.ts';
import { formatMailboxForDisplay, formatMailboxForHeader } from './format-mailbox.ts';
import type { Mailbox } from './mailbox.ts';
import { parseMailboxList } from './parse-mailbox-list.ts';

function read(text: string, field = 'To', allowNonAsciiMailboxes = false): Mailbox[] {
  const reading = parseMailboxList(field, text, { allowNonAsciiMailboxes });
  if (reading.kind === 'invalid') assert.fail(reading.message);
  return reading.mailboxes;
}

function refusal(text: string, field = 'To'): string {
  const reading = parseMailboxList(field, text, { allowNonAsciiMailboxes: false });
  if (reading.kind === 'mailboxes') assert.fail(`accepted as ${JSON.stringify(reading.mailboxes)}`);
  return reading.message;
}

const pairs = (text: string) => read(text).map(mailbox => [mailbox.name, mailbox.address]);

test('names, quotes, comments and angle brackets are read as RFC 5322 means them', () => {
  const cases: [text: string, expected: [string, string][]][] = [
    ['', []],
    [' , ,', []],
    ['ana@buyer.test', [['', 'ana@buyer.test']]],
    ['<ana@buyer.test>', [['', 'ana@buyer.test']]],
    ['Ana <ana@buyer.test>', [['Ana', 'ana@buyer.test']]],
    ['Ana<ana@buyer.test>', [['Ana', 'ana@buyer.test']]],
    ['Shop "Desk" <desk@shop.test>', [['Shop Desk', 'desk@shop.test']]],
    [
      '"Doe, Jane" <jane@buyer.test>,ben@buyer.test',
      [
        ['Doe, Jane', 'jane@buyer.test'],
        ['', 'ben@buyer.test'],
      ],
    ],
    ['"a \\"b\\" \\\\ c" <x@y.test>', [['a "b" \\ c', 'x@y.test']]],
    ['"<;:@,()>" <x@y.test>', [['<;:@,()>', 'x@y.test']]],
    ['J. R. Smith [Sales] <x@y.test>', [['J. R. Smith [Sales]', 'x@y.test']]],
    ['me@y.test <me@y.test>', [['me@y.test', 'me@y.test']]],
    ['ann@y.test (Ann (the boss))', [['Ann (the boss)', 'ann@y.test']]],
    ['Ann (work) <ann@y.test> (late, sorry)', [['Ann', 'ann@y.test']]],
    ['=?utf-8?q?J=C3=BCrgen?= <x@y.test>', [['Jürgen', 'x@y.test']]],
    ['"=?ISO-8859-1?B?SvxyZ2Vu?=" <x@y.test>', [['Jürgen', 'x@y.test']]],
    ['=?utf-8?b?44GT44KT?= =?utf-8?b?44Gr44Gh44Gv?= <x@y.test>', [['こんにちは', 'x@y.test']]],
    ['=?utf-8?q?a=0D=0ABcc=3A_b?= <x@y.test>', [['a Bcc: b', 'x@y.test']]],
    ['=?no-such-set?q?a?= <x@y.test>', [['=?no-such-set?q?a?=', 'x@y.test']]],
    [
      'a@y.test,\r\n\tb@y.test,',
      [
        ['', 'a@y.test'],
        ['', 'b@y.test'],
      ],
    ],
    ["!#$%&'`*+-/=^_{}|~.x@y.test", [['', "!#$%&'`*+-/=^_{}|~.x@y.test"]]],
    ['a..b@docomo.test', [['', 'a..b@docomo.test']]],
    ['Ana <Ana@BÜCHER.test>', [['Ana', 'Ana@xn--bcher-kva.test']]],
    ['x@XN--BCHER-KVA.Test', [['', 'x@XN--BCHER-KVA.Test']]],
  ];
  for (const [text, expected] of cases) assert.deepEqual(pairs(text), expected, text);
});

test('what is refused is refused in the words that clients read', () => {
  const cases: [text: string, message: string][] = [
    ['foo@bar', "Invalid 'To' address: 'foo@bar'."],
    ['Webmaster <webmaster@localhost>', "Invalid 'To' address: 'webmaster@localhost'."],
    ['World', "Error parsing 'To': Illegal email address 'World'. It must contain the '@' symbol."],
    ['a@y.test, World', "Error parsing 'To': Illegal email address 'World'. It must contain the '@' symbol."],
    ['Doe, Jane <jane@y.test>', "Error parsing 'To': Illegal email address 'Doe'. It must contain the '@' symbol."],
    ['x@mail.test.', "Error parsing 'To': Illegal email domain 'mail.test.' in address 'x@mail.test.'."],
    ['x@a..test', "Error parsing 'To': Illegal email domain 'a..test' in address 'x@a..test'."],
    ['x@-a.test', "Error parsing 'To': Illegal email domain '-a.test' in address 'x@-a.test'."],
    ['x@a_b.test', "Error parsing 'To': Illegal email domain 'a_b.test' in address 'x@a_b.test'."],
    ['x@[127.0.0.1]', "Error parsing 'To': Illegal email domain '[127.0.0.1]' in address 'x@[127.0.0.1]'."],
    ['x@127.0.0.1', "Error parsing 'To': Illegal email domain '127.0.0.1' in address 'x@127.0.0.1'."],
    ['x@１２７.0.0.1', "Error parsing 'To': Illegal email domain '１２７.0.0.1' in address 'x@１２７.0.0.1'."],
    ['x@a%41ö.test', "Error parsing 'To': Illegal email domain 'a%41ö.test' in address 'x@a%41ö.test'."],
    ['@y.test', "Invalid 'To' address: '@y.test'."],
    ['x@', "Invalid 'To' address: 'x@'."],
    ['a b@y.test', "Invalid 'To' address: 'a b@y.test'."],
    ['a?b@y.test', "Invalid 'To' address: 'a?b@y.test'."],
    ['a@b@y.test', "Invalid 'To' address: 'a@b@y.test'."],
    ['jürgen@y.test', "Invalid 'To' address: 'jürgen@y.test'."],
    ['"a b"@y.test', `Invalid 'To' address: '"a b"@y.test'.`],
    ['a@y.test;b@y.test', "Invalid 'To' address: 'a@y.test;b@y.test'."],
    ['Team: a@y.test, b@y.test;', "Invalid 'To' address: 'Team: a@y.test'."],
    ['undisclosed-recipients:;', "Invalid 'To' address: 'undisclosed-recipients:;'."],
    ['<@relay.test:a@y.test>', "Invalid 'To' address: '@relay.test:a@y.test'."],
    ['"Ann <a@y.test>', `Invalid 'To' address: '"Ann <a@y.test>'.`],
    ['Ann (work <a@y.test>', "Invalid 'To' address: 'Ann (work <a@y.test>'."],
    ['Ann <a@y.test', "Invalid 'To' address: 'Ann <a@y.test'."],
    ['Ann a@y.test>', "Invalid 'To' address: 'Ann a@y.test>'."],
    ['<a@y.test> <b@y.test>', "Invalid 'To' address: '<a@y.test> <b@y.test>'."],
    ['<a@y.test> b', "Invalid 'To' address: '<a@y.test> b'."],
    ['<>', "Invalid 'To' address: '<>'."],
    ['a\0@y.test', "Invalid 'To' address: 'a\0@y.test'."],
    ['Ann\x07 <a@y.test>', "Invalid 'To' address: 'Ann\x07 <a@y.test>'."],
  ];
  for (const [text, message] of cases) assert.equal(refusal(text), message, text);
  assert.equal(refusal('foo@bar', 'Reply-To'), "Invalid 'Reply-To' address: 'foo@bar'.");
});

test('lengths are those of RFC 5321', () => {
  const local = 'a'.repeat(64);
  const label = 'b'.repeat(63);
  assert.equal(read(`${local}@${label}.test`).length, 1);
  assert.match(refusal(`a${local}@${label}.test`), /^Invalid 'To' address: /);
  // Where replies go to a hash with an id behind it.
  const options = { allowNonAsciiMailboxes: false, allowLongMailboxes: true };
  assert.equal(parseMailboxList('Reply-To', `a${local}@${label}.test`, options).kind, 'mailboxes');
  assert.equal(parseMailboxList('Reply-To', `${local.repeat(4)}@${label}.test`, options).kind, 'invalid');
  assert.match(refusal(`${local}@b${label}.test`), /Illegal email domain/);
  assert.match(refusal(`x@${`${label}.`.repeat(4)}test`), /Illegal email domain/);
  assert.equal(read(`x@${`${label}.`.repeat(3)}test`).length, 1);
  assert.match(refusal(`${local}@${`${label}.`.repeat(3)}test`), /^Invalid 'To' address: /);
});

test('mailboxes in other scripts are taken only where allowed', () => {
  const [mailbox] = read('Ann <jürgen.用户@bücher.test>', 'To', true);
  assert.equal(mailbox?.address, 'jürgen.用户@xn--bcher-kva.test');
  for (const text of ['a\u00a0b@y.test', 'a\u200bb@y.test', 'a\ud800b@y.test']) {
    assert.equal(parseMailboxList('To', text, { allowNonAsciiMailboxes: true }).kind, 'invalid', JSON.stringify(text));
  }
});

test('a hostile list of a million characters is read in one pass', () => {
  // A quadratic step would take minutes here, and the test runner's own limit would end it.
  const size = 1_000_000;
  for (const part of [
    '"',
    '(',
    '<',
    '\\',
    'a,',
    '()',
    '<a',
    '=?',
    '=?a?q?',
    'a@',
    '"\\',
    '"" ',
    '<>,',
    '@.',
    'ö',
    '\u3002',
  ]) {
    const text = part.repeat(size / part.length);
    parseMailboxList('To', text, { allowNonAsciiMailboxes: true });
    parseMailboxList('To', `${text}@y.test`, { allowNonAsciiMailboxes: true });
    parseMailboxList('To', `"${text.replaceAll('"', '')}" <a@y.test>`, { allowNonAsciiMailboxes: true });
  }
});

test('a mailbox that is written for a header is read back the same', () => {
  const name = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 120 }), fc.string({ maxLength: 120 })).map(text =>
    text
      .toWellFormed()
      .replace(/[\s\x00-\x1f\x7f-\x9f]+/g, ' ')
      .trim(),
  );
  const localPart = fc.stringMatching(/^[a-zA-Z0-9!#$%&'`*+\-/=^_{}|~.]{1,40}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(name, localPart), { maxLength: 5 }), entries => {
      const mailboxes = entries.map(([text, local]) => {
        return { name: text, localPart: local, domain: 'shop.test', address: `${local}@shop.test` };
      });
      const quotable = mailboxes.filter(mailbox => !/^\.|\.\.|\.$/.test(mailbox.localPart));
      const header = quotable.map(formatMailboxForHeader).join(', ');
      assert.match(header, /^[\x20-\x7e]*$/);
      assert.deepEqual(read(header), quotable);
    }),
  );
});

test('the display form quotes the name, the header form only where it must', () => {
  const [plain, quoted, bare, dots] = read('Billing <b@y.test>, "Doe, Jane" <j@y.test>, x@y.test, Do Co <a..b@y.test>');
  assert.ok(plain && quoted && bare && dots);
  assert.equal(formatMailboxForDisplay(plain), '"Billing" <b@y.test>');
  assert.equal(formatMailboxForHeader(plain), 'Billing <b@y.test>');
  assert.equal(formatMailboxForHeader(quoted), '"Doe, Jane" <j@y.test>');
  assert.equal(formatMailboxForDisplay(bare), 'x@y.test');
  assert.equal(formatMailboxForHeader(dots), 'Do Co <"a..b"@y.test>');
});

test('the key of an address ignores case, script of the domain and composition', () => {
  assert.equal(addressKey('Ana@Bücher.Test'), 'ana@xn--bcher-kva.test');
  assert.equal(addressKey('ANA@xn--BCHER-kva.test'), 'ana@xn--bcher-kva.test');
  assert.equal(addressKey('Ju\u0308rgen@y.test'), addressKey('JÜRGEN@Y.TEST'));
  assert.equal(addressKey('Half'), 'half');
});
