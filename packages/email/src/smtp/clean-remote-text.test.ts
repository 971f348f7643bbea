import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { cleanRemoteText } from './clean-remote-text.ts';

const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
console.log(`seed ${seed}`);

test('plain text stays as it is, line breaks become spaces, controls vanish', () => {
  assert.equal(cleanRemoteText('250 2.0.0 OK'), '250 2.0.0 OK');
  assert.equal(cleanRemoteText(Buffer.from('Empfänger unbekannt ✉')), 'Empfänger unbekannt ✉');
  assert.equal(cleanRemoteText('one\r\n\ttwo\u2028three'), 'one two three');
  assert.equal(cleanRemoteText('a\0b\x1b[31mc\x7fd\x9be\u202ef\ufeffg'), 'ab[31mcdefg');
});

test('what is not UTF-8 becomes a replacement character, a half surrogate too', () => {
  assert.equal(cleanRemoteText(Buffer.from([0x61, 0xff, 0xe4, 0x62])), 'a\ufffd\ufffdb');
  assert.equal(cleanRemoteText('a\ud800b\udc00'), 'a\ufffdb\ufffd');
});

test('the limit counts bytes and cuts between characters', () => {
  assert.equal(cleanRemoteText('abcdef', 3), 'abc');
  assert.equal(cleanRemoteText('aäöü', 4), 'aä');
  assert.equal(cleanRemoteText('✉✉', 5), '✉');
  assert.equal(cleanRemoteText('a😀', 4), 'a');
  assert.equal(cleanRemoteText('a😀', 5), 'a😀');
  assert.equal(cleanRemoteText('x'.repeat(5000)).length, 2048);
});

test('whatever comes in, what goes out is short, well-formed and without controls', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map(code => String.fromCharCode(code)), maxLength: 60 }),
    fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes)),
  );
  const property = fc.property(anything, fc.nat(40), (bytes, bytesMax) => {
    const text = cleanRemoteText(bytes, bytesMax);
    assert.ok(Buffer.byteLength(text) <= bytesMax);
    assert.ok(text.isWellFormed());
    assert.doesNotMatch(text, /\p{Cc}/u);
    assert.equal(cleanRemoteText(text, bytesMax), text);
  });
  fc.assert(property, { seed, numRuns: 1000 });
});
