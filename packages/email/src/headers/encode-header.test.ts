import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { decodeEncodedWords } from './decode-encoded-words.ts';
import { encodeMailboxesHeader, encodeParameterHeader, encodeTextHeader } from './encode-header.ts';

function assertWireForm(field: string, lengthMax = 78): void {
  assert.match(field, /^[\x20-\x7e]+(?:\r\n [\x20-\x7e]*)*\r\n$/);
  for (const line of field.slice(0, -2).split('\r\n')) {
    assert.ok(line.length <= lengthMax, `${line.length}: ${line}`);
    assert.notEqual(line.trim(), '');
  }
}

const unfold = (field: string) => field.replace(/\r\n(?=[ \t])/g, '').trimEnd();

test('a plain subject stands as it is, and is folded before the words that do not fit', () => {
  assert.equal(encodeTextHeader('Subject', 'Order 1187'), 'Subject: Order 1187\r\n');
  assert.equal(encodeTextHeader('Subject', ''), 'Subject: \r\n');
  const long = encodeTextHeader('Subject', 'word '.repeat(40));
  assertWireForm(long);
  assert.equal(unfold(long), `Subject: ${'word '.repeat(40).trim()}`);
});

test('a value can not start another field', () => {
  const field = encodeTextHeader('Subject', 'a\r\nBcc: b@c.test\rX: y\nZ\0');
  assert.equal(field, 'Subject: a Bcc: b@c.test X: y Z\r\n');
});

test('an unbreakable run is encoded, so that no line passes 998', () => {
  const field = encodeTextHeader('X-Data', 'x'.repeat(2000));
  assertWireForm(field);
  assert.equal(decodeEncodedWords(unfold(field).slice('X-Data: '.length)), 'x'.repeat(2000));
});

test('text that looks like an encoded-word is literal in a subject and left alone in other fields', async () => {
  const literal = encodeTextHeader('Subject', '=?utf-8?q?a?=', { literal: true });
  const parsed = await PostalMime.parse(`${literal}\r\n`);
  assert.equal(parsed.subject, '=?utf-8?q?a?=');
  assert.equal(encodeTextHeader('X-Note', '=?utf-8?q?a?='), 'X-Note: =?utf-8?q?a?=\r\n');
});

test('only the words that need it are encoded', () => {
  const word = (text: string) => `=?utf-8?b?${Buffer.from(text).toString('base64')}?=`;
  assert.equal(encodeTextHeader('List-Id', 'Näme <list.shop.test>'), `List-Id: ${word('Näme')} <list.shop.test>\r\n`);
  assert.equal(encodeTextHeader('X-A', 'a  ö b ü c'), `X-A: a  ${word('ö b ü')} c\r\n`);
  assert.equal(encodeTextHeader('X-A', 'a \u00a0b c'), `X-A: a ${word('\u00a0b')} c\r\n`);
});

test('any subject is read back by a parser', async () => {
  const subject = fc
    .oneof(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 300 }), fc.string())
    .map(text => text.toWellFormed());
  await fc.assert(
    fc.asyncProperty(subject, fc.integer({ min: 1, max: 40 }), async (text, nameLength) => {
      const field = encodeTextHeader('Subject', text, { literal: true });
      assertWireForm(field);
      const expected = text.replace(/\r\n|[\x00-\x1f\x7f]/g, ' ').trim();
      assert.equal(decodeEncodedWords(unfold(field).slice('Subject: '.length)), expected);
      const parsed = await PostalMime.parse(`${field}\r\n`);
      assert.equal((parsed.subject ?? '').replace(/\s+/g, ' ').trim(), expected.replace(/\s+/g, ' ').trim());
      assertWireForm(encodeTextHeader('X'.repeat(nameLength), text), 998);
      for (const [word] of encodeTextHeader('X', text).matchAll(/=\?utf-8\?\S*\?=/g)) assert.ok(word.length <= 75);
    }),
  );
});

test('fifty recipients with long names are folded between words and never inside quotes', () => {
  const mailboxes = Array.from({ length: 50 }, (_, index) => {
    return { name: `Desk, number ${index} ünd`, localPart: `d${index}`, domain: 'y.test', address: `d${index}@y.test` };
  });
  assertWireForm(encodeMailboxesHeader('To', mailboxes));
  const quoted = encodeMailboxesHeader('To', [
    { name: 'a,'.repeat(30), localPart: 'a', domain: 'y.test', address: 'a@y.test' },
    { name: 'b, c', localPart: 'b', domain: 'y.test', address: 'b@y.test' },
  ]);
  assert.equal(quoted, `To: "${'a,'.repeat(30)}"\r\n <a@y.test>, "b, c" <b@y.test>\r\n`);
});

test('file names of any script survive as RFC 2231 parameters', async () => {
  assert.equal(
    encodeParameterHeader('Content-Disposition', 'attachment', [['filename', 'a b".png']]),
    'Content-Disposition: attachment; filename="a b\\".png"\r\n',
  );
  assert.equal(
    encodeParameterHeader('Content-Disposition', 'attachment', [['filename', 'ä.png']]),
    "Content-Disposition: attachment; filename*=utf-8''%C3%A4.png\r\n",
  );
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 150 }), async text => {
      const name = `x${text.replace(/[\x00-\x1f\x7f]+/g, ' ').toWellFormed()}x`;
      const field = encodeParameterHeader('Content-Disposition', 'attachment', [['filename', name]]);
      assertWireForm(field);
      const mail = `Content-Type: application/octet-stream\r\n${field}\r\nx\r\n`;
      const parsed = await PostalMime.parse(mail);
      assert.equal(parsed.attachments[0]?.filename, name);
    }),
  );
});
