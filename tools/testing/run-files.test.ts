import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after } from 'node:test';
import { runFiles } from './run-files.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'run-files-test-'));
after(() => rm(folder, { recursive: true }));

/** Runs one file of the given text as `npm test` would. */
async function outcomeOf(text: string, fileSecondsMax = 60, againAloneMax = 0) {
  const file = path.join(folder, 'sample.test.ts');
  await writeFile(file, text);
  const printed: string[] = [];
  const counts = await runFiles({
    files: [file],
    root: folder,
    concurrency: 1,
    signal: new AbortController().signal,
    fileSecondsMax,
    againAloneMax,
    print: line => printed.push(line),
  });
  return { counts, printed: printed.join('\n') };
}

const imports = `import test, { after, describe } from 'node:test'; import assert from 'node:assert/strict';\n`;

test('tests are counted one by one, a suite and a parent are not counted beside their parts', async () => {
  const { counts, printed } = await outcomeOf(`${imports}
    console.log('what the file said');
    test('good', () => {});
    test('bad', () => assert.equal(1, 2));
    test('left out', { skip: 'today' }, () => {});
    describe('suite', () => { test('good part', () => {}); test('bad part', () => { throw new Error('inner words'); }); });
    test('parent', async t => { await t.test('child', () => { throw new Error('child words'); }); });`);
  assert.deepEqual(counts, { passed: 2, failed: 3, skipped: 1 });
  for (const words of ['bad', '1 !== 2', 'inner words', 'child words', 'what the file said']) {
    assert.ok(printed.includes(words), words);
  }
});

test('a file that passes prints one line', async () => {
  const { counts, printed } = await outcomeOf(`${imports} console.log('noise'); test('good', () => {});`);
  assert.deepEqual(counts, { passed: 1, failed: 0, skipped: 0 });
  assert.match(printed, /^ok {5}sample\.test\.ts \(1 passed, 0 failed, [\d.]+ s\)$/);
});

test('figures that are meant for the reader are shown for a file that passes', async () => {
  const { printed } = await outcomeOf(
    `${imports} console.log('>> 12 of 34'); console.log('noise'); test('good', () => {});`,
  );
  assert.match(printed, /^ok .*\n +>> 12 of 34$/);
});

test('a file that breaks as a whole has failed, whatever its tests say', async () => {
  const broken = {
    'at load': `throw new Error('broken at load');`,
    'without a test': `export {};`,
    'when its clean-up fails': `${imports} test('good', () => {}); after(() => { throw new Error('broken clean-up'); });`,
    'after its end': `${imports} test('good', () => { setTimeout(() => { throw new Error('too late'); }, 20); });`,
    'by the exit code': `${imports} test('good', () => { process.exitCode = 3; });`,
  };
  for (const [how, text] of Object.entries(broken)) {
    assert.equal((await outcomeOf(text)).counts.failed, 1, how);
  }
});

test('a file that never ends is ended, and has failed', async () => {
  const { counts, printed } = await outcomeOf(`${imports} test('good', () => { setInterval(() => {}, 1000); });`, 2);
  assert.equal(counts.failed, 1);
  assert.match(printed, /did not end in time/);
});

test('a test that reaches for the network fails', async () => {
  const { counts, printed } = await outcomeOf(`${imports} import net from 'node:net';
    test('reaches out', () => { net.connect(25, '192.0.2.1'); });`);
  assert.equal(counts.failed, 1);
  assert.match(printed, /NetworkDenied/);
});

test('a file that failed runs once more alone, and the second run counts', async () => {
  const mark = path.join(folder, 'was-here');
  const recovers = `${imports} import { existsSync, writeFileSync } from 'node:fs';
    test('good', () => {});
    test('races', () => {
      const isSecond = existsSync(${JSON.stringify(mark)});
      writeFileSync(${JSON.stringify(mark)}, '');
      assert.ok(isSecond, 'words of the first run');
    });`;
  const { counts, printed } = await outcomeOf(recovers, 60, 1);
  assert.deepEqual(counts, { passed: 2, failed: 0, skipped: 0 });
  assert.match(printed, /^FAILED .*words of the first run.*^UNSURE .*^ok /ms);

  const stays = await outcomeOf(`${imports} test('good', () => {}); test('bad', () => assert.fail());`, 60, 1);
  assert.deepEqual(stays.counts, { passed: 1, failed: 1, skipped: 0 });
});
