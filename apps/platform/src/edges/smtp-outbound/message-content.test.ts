import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blockBytes, doubleDots, endOfData, inBlocks } from './message-content.ts';

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

function onTheWire(pieces: readonly Buffer[]): string {
  return Buffer.concat(doubleDots(pieces)).toString('latin1') + endOfData(pieces).toString();
}

test('dots at the start of a line are doubled, others are not', () => {
  const wire = onTheWire([Buffer.from('.a\r\n..b\r\nc.\r\n.\r\n\n.d\r.e\r\n')]);
  assert.equal(wire, '..a\r\n...b\r\nc.\r\n..\r\n\n.d\r.e\r\n.\r\n');
});

test('a text without a last line end gets one, an empty text is only the dot', () => {
  assert.equal(onTheWire([Buffer.from('a')]), 'a\r\n.\r\n');
  assert.equal(onTheWire([Buffer.from('a\r'), Buffer.from('\n')]), 'a\r\n.\r\n');
  assert.equal(onTheWire([Buffer.from('a\r')]), 'a\r\r\n.\r\n');
  assert.equal(onTheWire([]), '.\r\n');
  assert.equal(onTheWire([Buffer.alloc(0)]), '.\r\n');
});

test(`wherever the text is cut into pieces, the same goes on the wire (SEED=${seed})`, () => {
  const awkward = fc.array(fc.constantFrom('.', '\r\n', '\r', '\n', 'x', '\r\n.', '..'), { maxLength: 30 });
  fc.assert(
    fc.property(awkward, fc.array(fc.nat(40), { maxLength: 6 }), (tokens, cuts) => {
      const whole = Buffer.from(tokens.join(''));
      const ends = [...cuts.map(cut => Math.min(cut, whole.length)), whole.length].sort((a, b) => a - b);
      const pieces = ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end));
      const expected = whole.toString('latin1').replace(/(^|\r\n)\./g, '$1..');
      const ending = expected === '' || expected.endsWith('\r\n') ? '.\r\n' : '\r\n.\r\n';
      assert.equal(onTheWire(pieces), expected + ending);
    }),
    { seed, numRuns: 500 },
  );
});

test('a text without such dots is not copied', () => {
  const piece = Buffer.from('plain text. With dots.\r\n');
  assert.equal(doubleDots([piece])[0], piece);
});

test('large pieces are cut into blocks', () => {
  const sizes = inBlocks([Buffer.alloc(blockBytes * 2 + 1), Buffer.alloc(3)]).map(block => block.length);
  assert.deepEqual(sizes, [blockBytes, blockBytes, 1, 3]);
});
