import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeText, wrapBase64 } from './transfer-encoding.ts';

/** A decoder of its own, so that no mistake is shared with the encoder. */
function decode(encoding: string, body: Buffer): string {
  if (encoding === '7bit') return body.toString('latin1');
  if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64').toString();
  const joined = body.toString('latin1').replace(/=\r\n/g, '');
  const bytes = joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

const withCrlf = (text: string) => text.replace(/\r\n|\r|\n/g, '\r\n');

function assertCarriable(body: Buffer): void {
  const text = body.toString('latin1');
  assert.match(text, /^[\t\r\n\x20-\x7e]*$/);
  assert.doesNotMatch(text, /\r(?!\n)|(?<!\r)\n/);
  for (const line of text.split('\r\n')) {
    assert.ok(line.length <= 76, `${line.length}: ${line}`);
    assert.doesNotMatch(line, /[ \t]$|^From |^\./);
  }
}

test('text that needs nothing is sent as it stands', () => {
  assert.deepEqual(encodeText('Hello\nWorld = 2\n'), { encoding: '7bit', body: Buffer.from('Hello\r\nWorld = 2\r\n') });
  assert.deepEqual(encodeText(''), { encoding: '7bit', body: Buffer.alloc(0) });
});

test('what a server might alter is written as quoted-printable', () => {
  const cases: [text: string, body: string][] = [
    ['-- \nAnn', '--=20\r\nAnn'],
    ['.hidden', '=2Ehidden'],
    ['From here', '=46rom here'],
    ['a\tb\t', 'a\tb=09'],
    ['one € = two ü and more', 'one =E2=82=AC =3D two =C3=BC and more'],
    ['a\0b and more', 'a=00b and more'],
    ['--=_0', '--=3D_0'],
    ['x'.repeat(76), 'x'.repeat(76)],
    ['x'.repeat(77), `${'x'.repeat(75)}=\r\nxx`],
    [`${'x'.repeat(75)}.yy`, `${'x'.repeat(75)}=\r\n=2Eyy`],
  ];
  for (const [text, body] of cases) assert.equal(encodeText(text).body.toString(), body, JSON.stringify(text));
});

test('a script that is mostly not ASCII is sent as base64', () => {
  assert.equal(encodeText('Привет, мир. '.repeat(20)).encoding, 'base64');
  assert.equal(encodeText('Grüße aus Köln. '.repeat(20)).encoding, 'quoted-printable');
});

test('any text comes back, and its encoded form can pass any server', () => {
  const tricky = fc.constantFrom(
    '.',
    'From ',
    '\n',
    '\r',
    '\r\n',
    ' ',
    '\t',
    '=',
    '--=_',
    'x'.repeat(75),
    'ü',
    '€',
    '\0',
    '=\r\n',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.string({ maxLength: 400 }),
    fc.array(fc.oneof(tricky, fc.string({ maxLength: 80 })), { maxLength: 60 }).map(parts => parts.join('')),
    fc.array(fc.constantFrom('.', 'F', 'r', 'o', 'm', ' ', '\n', 'ü'), { maxLength: 400 }).map(parts => parts.join('')),
  );
  fc.assert(
    fc.property(text, written => {
      const { encoding, body } = encodeText(written);
      assertCarriable(body);
      assert.equal(decode(encoding, body), withCrlf(written.toWellFormed()));
      assert.ok(!body.includes('--=_'));
    }),
    { numRuns: 1000 },
  );
});

test('base64 is cut into lines of 76, whatever line ends it came with', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 90 }), (bytes, width) => {
      const base64 = Buffer.from(bytes).toString('base64');
      const expected = base64.match(/.{1,76}/g)?.join('\r\n') ?? '';
      assert.equal(wrapBase64(base64).toString(), expected);
      assert.equal(wrapBase64(base64.replace(new RegExp(`.{${width}}`, 'g'), '$&\r\n')).toString(), expected);
    }),
  );
});
