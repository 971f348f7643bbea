// Runs the tests: `npm test` for what lies beside the code, `node tools/run-tests.ts scenarios conformance` for stories
// about the whole. Each file is a process of its own that cannot reach the network; all share one PostgreSQL server.

import { globSync, statSync } from 'node:fs';
import path from 'node:path';
import { startTestServer, testServerVariable } from '../packages/runtime/src/testing/test-server.ts';
import { readArguments, usage } from './testing/arguments.ts';
import { longestFirst } from './testing/longest-first.ts';
import { runFiles } from './testing/run-files.ts';
import { openSharedFolder } from './testing/shared-folder.ts';
import { summaryLine } from './testing/summary.ts';

const root = path.dirname(import.meta.dirname);
/** More failed files at a time are no races. */
const againAloneMax = 3;
const defaultFolders = ['packages', 'apps', 'tools'];

const wanted = readArguments(process.argv.slice(2));
if (wanted === undefined) {
  console.error(usage);
  process.exit(2);
}

const files = testFiles(wanted.targets.length > 0 ? wanted.targets : defaultFolders);
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());

const shared = await openSharedFolder();
const server = await startTestServer();
process.env[testServerVariable] = server.connectionString;
try {
  const counts = await runFiles({
    files,
    root,
    concurrency: wanted.concurrency,
    againAloneMax,
    signal: stopping.signal,
  });
  console.log(summaryLine(counts));
  if (counts.failed > 0 || counts.passed === 0 || stopping.signal.aborted) process.exitCode = 1;
} finally {
  await server.stop();
  await shared.close();
}

/** In a fixed order, so that two runs are alike. A folder that is not there is a mistake of the caller, never an empty success. */
function testFiles(targets: readonly string[]): string[] {
  const found = targets.flatMap(target => {
    const absolute = path.resolve(root, target);
    if (!statSync(absolute, { throwIfNoEntry: false })) {
      console.error(`There is no ${target} in ${root}.`);
      process.exit(2);
    }
    if (statSync(absolute).isFile()) return [absolute];
    return globSync('**/*.test.ts', { cwd: absolute, exclude: name => name.includes('node_modules') }).map(file =>
      path.join(absolute, file),
    );
  });
  return longestFirst([...new Set(found)].sort());
}
