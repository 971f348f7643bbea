import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSourceReader, defaultSourceLimits } from './source-reader.ts';

const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
console.log(`seed ${seed}`);

function read(pieces: readonly Buffer[]) {
  const reader = createSourceReader({ ...defaultSourceLimits, refusesNul: true });
  let used = 0;
  for (const piece of pieces) {
    if (reader.isEnded) break;
    used += reader.take(piece);
  }
  return { isEnded: reader.isEnded, used, result: reader.result(), bytesKept: reader.bytesKept };
}

/** The same by regular expressions on the whole. */
function expected(text: string) {
  const end = text.startsWith('.\r\n') ? 0 : text.indexOf('\r\n.\r\n') + 2;
  if (end === 1) return undefined;
  const source = text.slice(0, end);
  const isClean = !/\r(?!\n)|(?<!\r)\n|\0/.test(source);
  return { used: end + 3, isClean, source: source.replace(/(^|\r\n)\./g, '$1') };
}

test('what is read, where it ends and what is refused do not depend on how it is cut into pieces', () => {
  const part = fc.constantFrom('\r', '\n', '\r\n', '\r\n', '.', '\r\n.', '\r\n.\r\n', 'ab', 'Subject: x\r\n', '\0');
  const property = fc.property(
    fc.array(part, { maxLength: 30 }),
    fc.array(fc.nat(60), { maxLength: 8 }),
    (parts, cuts) => {
      const text = parts.join('');
      const whole = Buffer.from(text, 'latin1');
      const places = [0, ...cuts.filter(cut => cut < whole.length).sort((a, b) => a - b), whole.length];
      const pieces = places.slice(1).map((end, index) => whole.subarray(places[index], end));
      const wanted = expected(text);
      const found = read(pieces);
      assert.equal(found.isEnded, wanted !== undefined);
      if (!wanted) return;
      assert.equal(found.used, wanted.used);
      assert.equal(found.result.kind, wanted.isClean ? 'read' : 'refused');
      if (found.result.kind !== 'read') return;
      assert.equal(found.result.source.toString('latin1'), wanted.source);
      assert.equal(found.bytesKept, wanted.source.length);
    },
  );
  fc.assert(property, { seed, numRuns: 2000 });
});

test('a message that came in one piece is not copied, and what was refused is not kept', () => {
  const whole = Buffer.from('Subject: x\r\n\r\nText\r\n.\r\nQUIT\r\n');
  const reader = createSourceReader();
  assert.equal(reader.take(whole), whole.length - 'QUIT\r\n'.length);
  const result = reader.result();
  assert.ok(result.kind === 'read');
  assert.equal(result.source.buffer, whole.buffer);

  const small = createSourceReader({ ...defaultSourceLimits, sizeInBytesMax: 10 });
  small.take(Buffer.from('0123456789'));
  assert.equal(small.bytesKept, 10);
  small.take(Buffer.from('0'));
  assert.equal(small.bytesKept, 0);
  assert.deepEqual(small.result(), { kind: 'refused', code: 552, enhanced: '5.3.4', text: 'The message is too large' });
});

test('small pieces are kept together: neither lines of dots nor single bytes take much more memory than they hold', context => {
  const concat = context.mock.method(Buffer, 'concat');
  const dots = Array.from({ length: 50 }, () => Buffer.from('..\r\n'.repeat(1000)));
  const bytes = Array.from('a line that comes byte by byte\r\n'.repeat(100), byte => Buffer.from(byte));
  const large = Buffer.from(`${'x'.repeat(2000)}\r\n`);
  const between = Array.from({ length: 20 }, () => [large, Buffer.from('y\r\n')]).flat();
  const pieces = [Buffer.from('A: b\r\n\r\n'), ...dots, ...bytes, ...between, Buffer.from('.\r\n')];
  const { isEnded, result } = read(pieces);
  assert.ok(isEnded && result.kind === 'read');
  const whole = pieces.slice(0, -1).map(piece => piece.toString());
  assert.equal(result.source.toString(), whole.join('').replaceAll('..\r\n', '.\r\n'));
  const [kept = []] = concat.mock.calls[0]?.arguments ?? [];
  assert.ok(kept.length > 0 && kept.length < 100, `${kept.length} pieces`);
});
