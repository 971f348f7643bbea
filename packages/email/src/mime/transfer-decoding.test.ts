import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeBase64, decodeQuotedPrintable, decodeTransfer } from './transfer-decoding.ts';
import { encodeQuotedPrintable, wrapBase64 } from './transfer-encoding.ts';

test('what was encoded comes back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), array => {
      const bytes = Buffer.from(array);
      assert.ok(decodeBase64(wrapBase64(bytes.toString('base64'))).equals(bytes));
      // Line ends become CRLF in quoted-printable, so they are left out here.
      const line = Buffer.from(bytes.filter(byte => byte !== 0x0d && byte !== 0x0a));
      assert.ok(decodeQuotedPrintable(encodeQuotedPrintable(line)).equals(line));
    }),
  );
});

test('quoted-printable is read as it is written', () => {
  const cases: [written: string, meant: string][] = [
    ['a=C3=bc', 'a\xc3\xbc'],
    ['soft=\r\nbreak=\nagain= \t\r\nend=', 'softbreakagainend'],
    ['white \t\r\nspace  \nat the end ', 'white\r\nspace\nat the end'],
    ['kept=20\r\n=09\n', 'kept \r\n\t\n'],
    ['a = b =ZZ =4', 'a = b =ZZ =4'],
    ['=\r=\r\nx', 'x'],
    ['', ''],
  ];
  for (const [written, meant] of cases) {
    assert.equal(decodeQuotedPrintable(Buffer.from(written, 'latin1')).toString('latin1'), meant, written);
  }
});

test('base64 is read around what is none, and beyond its padding', () => {
  const cases: [written: string, meant: string][] = [
    ['SGVs\r\nbG8=\r\n', 'Hello'],
    ['S!G*V s\0bG8', 'Hello'],
    ['SGVsbG8=IHRoZXJl', 'Hello there'],
    ['SA==ZQ==bGxv', 'Hello'],
    ['====', ''],
    ['S', ''],
    ['_-8=', '\xff\xef'],
  ];
  for (const [written, meant] of cases) {
    assert.equal(decodeBase64(Buffer.from(written, 'latin1')).toString('latin1'), meant, written);
  }
});

test('what has no encoding, or an unknown one, is not copied', () => {
  const bytes = Buffer.from('a=20b');
  for (const encoding of ['', '7bit', '8bit', 'binary', 'x-invented'])
    assert.equal(decodeTransfer(bytes, encoding), bytes);
});
