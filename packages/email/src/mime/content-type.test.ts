import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanContentId, cleanContentType } from './content-type.ts';

test('types are kept with the parameters that mean something, and nothing can be smuggled in', () => {
  const octets = { type: 'application/octet-stream', parameters: [] };
  const cases: [text: string, expected: ReturnType<typeof cleanContentType>][] = [
    ['image/PNG; name=x.png', { type: 'image/png', parameters: [] }],
    [
      'text/calendar; method=REQUEST; charset="utf-8"; charset=x',
      {
        type: 'text/calendar',
        parameters: [
          ['method', 'REQUEST'],
          ['charset', 'utf-8'],
        ],
      },
    ],
    ['text/plain; x="a\\"b"; boundary=abc', { type: 'text/plain', parameters: [['x', 'a"b']] }],
    ['', octets],
    ['png', octets],
    ['image/png\r\nBcc: x@y.test', octets],
    ['multipart/mixed; boundary=x', octets],
    ['message/rfc822', octets],
    [`image/png; ${'a'.repeat(2000)}`, octets],
  ];
  for (const [text, expected] of cases) assert.deepEqual(cleanContentType(text), expected, text);
});

test('content ids lose what cannot stand in a header', () => {
  assert.equal(cleanContentId('cid:logo.png'), 'logo.png');
  assert.equal(cleanContentId('CID:<logo@shop.test>'), 'logo@shop.test');
  assert.equal(cleanContentId('a\r\nBcc: b'), 'aBcc:b');
  assert.equal(cleanContentId(''), undefined);
  assert.equal(cleanContentId('cid:'), undefined);
  assert.equal(cleanContentId(undefined), undefined);
});
