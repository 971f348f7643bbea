import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkBase64Content } from './base64-content.ts';

const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
console.log(`seed ${seed}`);

const whiteSpace = fc.string({ unit: fc.constantFrom(' ', '\t', '\r', '\n'), maxLength: 3 });

test('what an encoder writes is valid, with its decoded length, however it is broken into lines', () => {
  const property = fc.property(fc.uint8Array(), fc.infiniteStream(whiteSpace), (bytes, gaps) => {
    const text = [...Buffer.from(bytes).toString('base64')].map(letter => letter + gaps.next().value).join('');
    assert.deepEqual(checkBase64Content(text), { kind: 'valid', decodedBytes: bytes.length });
  });
  fc.assert(property, { seed });
});

test('any text is judged as the grammar of RFC 4648 judges it', () => {
  const grammar = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
  const nearlyBase64 = fc.string({
    unit: fc.constantFrom('A', 'z', '0', '+', '/', '=', '-', '\n', '\0', 'é'),
    maxLength: 12,
  });
  const property = fc.property(nearlyBase64, text => {
    const expected = grammar.test(text.replaceAll('\n', '')) ? 'valid' : 'invalid';
    assert.equal(checkBase64Content(text).kind, expected);
  });
  fc.assert(property, { seed, numRuns: 2000 });
});

test('nothing at all is an empty file', () => {
  assert.deepEqual(checkBase64Content(''), { kind: 'valid', decodedBytes: 0 });
  assert.deepEqual(checkBase64Content('\r\n'), { kind: 'valid', decodedBytes: 0 });
});

test('what is cut off, padded wrongly, of the URL alphabet or a data URL is refused', () => {
  const wrong = [
    'QQ',
    'QUI',
    'QQ=',
    'QUJDR',
    '=',
    '==',
    '====',
    'A===',
    'QQ==QQ==',
    'QQ==\nQQ==',
    'QU=I',
    'Q=Q=',
    'QUJDQ===',
    '-_8=',
    'data:image/png;base64,QUJD',
    'QUJ\u00a0',
    'QUJ\u0141',
    'QUJ*',
    'hello, world',
  ];
  for (const text of wrong) assert.deepEqual(checkBase64Content(text), { kind: 'invalid' }, JSON.stringify(text));
});

test('ten megabytes are judged, broken into lines or not, right or wrong at the end', () => {
  const text = Buffer.alloc(7_500_000, 0x5a).toString('base64');
  assert.deepEqual(checkBase64Content(text), { kind: 'valid', decodedBytes: 7_500_000 });
  assert.deepEqual(checkBase64Content(text.replace(/.{76}/g, '$&\r\n')), { kind: 'valid', decodedBytes: 7_500_000 });
  assert.deepEqual(checkBase64Content(`${text.slice(0, -1)}*`), { kind: 'invalid' });
  assert.deepEqual(checkBase64Content(`${' '.repeat(10_000_000)}*`), { kind: 'invalid' });
  assert.deepEqual(checkBase64Content('='.repeat(10_000_000)), { kind: 'invalid' });
});
