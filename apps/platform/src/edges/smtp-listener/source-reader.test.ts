import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSourceReader } from './source-reader.ts';

const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
console.log(`seed ${seed}`);

function read(pieces: readonly Buffer[]) {
  const reader = createSourceReader();
  for (const piece of pieces) reader.take(piece);
  return reader.end();
}

test('what is read, and what is refused, does not depend on how it is cut into pieces', () => {
  const text = fc.array(fc.constantFrom('\r', '\n', '\r\n', '.', 'ab', 'Subject: x\r\n'), { maxLength: 30 });
  const property = fc.property(text, fc.array(fc.nat(60), { maxLength: 8 }), (parts, cuts) => {
    const source = Buffer.from(parts.join(''));
    const places = [0, ...cuts.filter(cut => cut < source.length).sort((a, b) => a - b), source.length];
    const pieces = places.slice(1).map((end, index) => source.subarray(places[index], end));
    const isClean = !/\r(?!\n)|(?<!\r)\n/.test(source.toString());
    const result = read(pieces);
    assert.equal(result.kind, isClean ? 'read' : 'refused');
    if (result.kind === 'read') assert.ok(result.source.equals(source));
  });
  fc.assert(property, { seed });
});
