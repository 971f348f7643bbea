import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkBase64Content } from './base64-content.ts';

test('the size of any file is known without decoding it, with any line breaks', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 80 }), (bytes, width) => {
      const base64 = Buffer.from(bytes).toString('base64');
      const expected = { kind: 'base64', base64, decodedSizeInBytes: bytes.length };
      assert.deepEqual(checkBase64Content(base64), expected);
      assert.deepEqual(
        checkBase64Content(` ${base64.replace(new RegExp(`.{${width}}`, 'g'), '$&\r\n\t')}\n`),
        expected,
      );
    }),
  );
});

test('what is no base64 is refused', () => {
  for (const text of [
    'a',
    'ab',
    'abc',
    'abcde',
    '=',
    '====',
    'a===',
    'ab=c',
    'ab==abcd',
    'ab-_',
    'äbcd',
    'ab\0d',
    '{}{}',
  ]) {
    assert.deepEqual(checkBase64Content(text), { kind: 'invalid' }, text);
  }
  assert.deepEqual(checkBase64Content(''), { kind: 'base64', base64: '', decodedSizeInBytes: 0 });
});

test('ten megabytes are checked, also when the last character is wrong', () => {
  const size = 10 * 1024 * 1024;
  assert.equal(checkBase64Content('A'.repeat(size)).kind, 'base64');
  assert.equal(checkBase64Content(`${'A'.repeat(size - 1)}!`).kind, 'invalid');
  assert.equal(checkBase64Content(`${'='.repeat(size)}`).kind, 'invalid');
});
