import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CustomHeader, checkCustomHeaders } from './custom-header-rules.ts';

const check = (...pairs: [string, string][]) => checkCustomHeaders(pairs.map(([name, value]) => ({ name, value })));

function refusal(...pairs: [string, string][]): string {
  const reading = check(...pairs);
  if (reading.kind === 'headers') assert.fail('accepted');
  return reading.message;
}

test('own headers are kept in their order, those of the platform are dropped without a word', () => {
  assert.deepEqual(
    check(
      ['X-Order', '1187'],
      ['MIME-Version', '1.0'],
      ['content-transfer-encoding', 'base64'],
      ['Content-Type', 'text/plain'],
      ['From', 'x'],
      ['TO', 'x'],
      ['Bcc', 'x'],
      ['Date', 'x'],
      ['DKIM-Signature', 'x'],
      ['Received', 'x'],
      ['Return-Path', 'x'],
      ['X-PM-Tag', 'x'],
      ['X-PM-Message-Id', 'x'],
      ['Message-ID', 'anything at all'],
      ['List-Unsubscribe', '<https://shop.test/u>'],
      ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
    ),
    {
      kind: 'headers',
      headers: [
        { name: 'X-Order', value: '1187' },
        { name: 'List-Unsubscribe', value: '<https://shop.test/u>' },
        { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
      ],
    },
  );
});

test('a Message-ID is kept only beside X-PM-KeepID, and must be one', () => {
  assert.deepEqual(check(['Message-ID', '<1@shop.test>'], ['x-pm-keepid', 'True']), {
    kind: 'headers',
    headers: [],
    keptMessageId: '<1@shop.test>',
  });
  assert.deepEqual(check(['X-PM-KeepID', 'true'], ['message-id', '1@shop.test']), {
    kind: 'headers',
    headers: [],
    keptMessageId: '<1@shop.test>',
  });
  assert.deepEqual(check(['X-PM-KeepID', 'false'], ['message-id', '1@shop.test']), { kind: 'headers', headers: [] });
  for (const id of ['x', '<a@b> <c@d>', '<a@b>\r\nBcc: x@y.test', '<ä@b.test>', `<${'a'.repeat(300)}@b.test>`]) {
    assert.match(refusal(['X-PM-KeepID', 'true'], ['Message-ID', id]), /^Invalid 'Message-ID' header/);
  }
});

test('the wish for a fake bounce is read and removed', () => {
  assert.deepEqual(check(['x-pm-bounce-type', ' SoftBounce ']), {
    kind: 'headers',
    headers: [],
    fakeBounceType: 'SoftBounce',
  });
});

test('injection is refused in names and values, folding is undone', () => {
  for (const name of ['', 'X Y', 'X:Y', 'X\r\nBcc', 'Ünd', 'X\0', 'x'.repeat(77)]) {
    assert.match(refusal([name, 'v']), /^Invalid header name/);
  }
  for (const value of ['a\r\nBcc: x@y.test', 'a\nBcc: x', 'a\rb', 'a\0b', 'a\r\n\r\nbody']) {
    assert.equal(refusal(['X-A', value]), "Invalid value of header 'X-A'. It must not contain line breaks.");
  }
  assert.deepEqual(check(['References', '<a@b.test>\r\n <c@d.test>']), {
    kind: 'headers',
    headers: [{ name: 'References', value: '<a@b.test> <c@d.test>' }],
  });
});

test('fields that only machines read must be readable by them, and stand once', () => {
  assert.match(refusal(['List-Unsubscribe', '<https://bücher.test/>']), /^Invalid value of header 'List-Unsubscribe'/);
  assert.match(refusal(['References', `<${'a'.repeat(1000)}@b>`]), /^Invalid value of header 'References'/);
  const reading = check(
    ['List-Unsubscribe', '<https://a.test/>'],
    ['X-A', '1'],
    ['list-unsubscribe', '<https://b.test/>'],
  );
  assert.deepEqual(reading, {
    kind: 'headers',
    headers: [
      { name: 'X-A', value: '1' },
      { name: 'list-unsubscribe', value: '<https://b.test/>' },
    ],
  });
});

test('number and size are limited', () => {
  const many = (count: number, size: number): CustomHeader[] =>
    Array.from({ length: count }, (_, index) => ({ name: `X-${index}`, value: 'v '.repeat(size / 2) }));
  assert.equal(checkCustomHeaders(many(100, 10)).kind, 'headers');
  assert.equal(checkCustomHeaders(many(101, 10)).kind, 'invalid');
  assert.equal(checkCustomHeaders(many(10, 8000)).kind, 'invalid');
});
