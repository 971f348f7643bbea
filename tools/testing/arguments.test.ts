import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import test from 'node:test';
import { readArguments } from './arguments.ts';

test('folders and a concurrency are read in any order', () => {
  assert.deepEqual(readArguments([]), { targets: [], concurrency: availableParallelism() + 1 });
  assert.deepEqual(readArguments(['scenarios', '--concurrency', '1', 'conformance']), {
    targets: ['scenarios', 'conformance'],
    concurrency: 1,
  });
  assert.deepEqual(readArguments(['--concurrency=4']), { targets: [], concurrency: 4 });
});

test('what makes no sense is not read', () => {
  for (const words of [['--watch'], ['--concurrency'], ['--concurrency', '0'], ['--concurrency', '1.5'], ['-x']]) {
    assert.equal(readArguments(words), undefined, words.join(' '));
  }
});
