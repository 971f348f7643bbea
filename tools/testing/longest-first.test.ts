import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { longestFirst, longFiles } from './longest-first.ts';

test('files that take long come first, the longest before the others, and the rest stays in its order', () => {
  const [longest = '', second = ''] = longFiles;
  const files = ['a/b.test.ts', `scenarios/${second}`, 'a/c.test.ts', `scenarios/${longest}`];
  assert.deepEqual(longestFirst(files), [`scenarios/${longest}`, `scenarios/${second}`, 'a/b.test.ts', 'a/c.test.ts']);
});

test('every file that is called long is there', () => {
  const root = path.join(import.meta.dirname, '../..');
  const found = globSync('{scenarios,conformance,apps,packages}/**/*.test.ts', { cwd: root }).map(file =>
    path.basename(file),
  );
  assert.deepEqual(
    longFiles.filter(name => !found.includes(name)),
    [],
  );
});
