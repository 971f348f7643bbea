import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeCharset, isKnownCharset } from './charset.ts';
import { encodingByLabel } from './charset-labels.ts';

test('every name that is known has a decoder, and means ASCII where ASCII is meant', () => {
  for (const label of encodingByLabel.keys()) {
    assert.ok(isKnownCharset(label), label);
    const isWide = encodingByLabel.get(label)?.startsWith('utf-16') ?? false;
    if (!isWide) assert.equal(decodeCharset(Buffer.from('Hello'), label), 'Hello', label);
  }
});

test('what does not say what it is, or is not what it says, is UTF-8 if it can be and windows-1252 if not', () => {
  for (const charset of ['', 'us-ascii', 'utf-8', 'unknown-8bit', 'x-invented']) {
    assert.equal(decodeCharset(Buffer.from('Grüße €'), charset), 'Grüße €', charset);
    assert.equal(decodeCharset(Buffer.from('Gr\xfc\xdfe \x80', 'latin1'), charset), 'Grüße €', charset);
  }
  assert.equal(isKnownCharset('x-invented'), false);
});

test('character sets of seven bits are read', () => {
  const cases: [charset: string, bytes: string, text: string][] = [
    ['utf-7', 'a+AOk-b+-c+ZeVnLA', 'aéb+c日本'],
    ['hz-gb-2312', '~{Ka~}~~x~{Ka\ny', '酸~x酸\ny'],
    ['iso-2022-kr', '\x1b$)C\x0e>H\x0fx', '안x'],
    ['iso-2022-jp', '\x1b$BF|\x1b(B\x1b$BK\\\x1b(B', '日本'],
  ];
  for (const [charset, bytes, text] of cases) assert.equal(decodeCharset(Buffer.from(bytes, 'latin1'), charset), text);
});
