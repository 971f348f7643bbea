// Runs test files, each in a process of its own, a few at a time, and prints what a reader of a failure needs.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { forReaders } from './for-readers.ts';
import type { TestLine } from './report-events.ts';
import type { Counts } from './summary.ts';

export type RunOptions = {
  files: readonly string[];
  root: string;
  concurrency: number;
  /** Ends what runs, and starts no more. */
  signal: AbortSignal;
  /**
   * Failed files, if they are so many at most, are run once more when all others have ended, one at a time: what counts
   * is the second run, and both are printed. 0: the first run counts.
   */
  againAloneMax?: number;
  /** A file that still runs then is ended and has failed. */
  fileSecondsMax?: number;
  print?: (text: string) => void;
};

const guard = path.join(import.meta.dirname, '../../packages/runtime/src/testing/deny-network.ts');
const reporter = path.join(import.meta.dirname, 'report-events.ts');
const defaultFileSecondsMax = 600;
/** What a file may print before its beginning is forgotten. */
const outputBytesMax = 256 * 1024;

export async function runFiles(options: RunOptions): Promise<Counts> {
  const print = options.print ?? (text => console.log(text));
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const folder = await mkdtemp(path.join(tmpdir(), 'pennyblack-run-'));
  const queue = options.files.map((file, index) => ({ file, events: path.join(folder, `${index}.jsonl`) }));
  const failed: { file: string; events: string; counts: Counts }[] = [];

  async function runAndPrint(file: string, events: string): Promise<Counts> {
    const started = performance.now();
    const run = await runFile(file, events, options);
    const { counts, failures } = judge(await readLines(events), run);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const name = path.relative(options.root, file);
    const mark = counts.failed > 0 ? 'FAILED' : 'ok    ';
    print(`${mark} ${name} (${counts.passed} passed, ${counts.failed} failed, ${seconds} s)`);
    for (const line of run.output.split('\n').filter(each => each.startsWith(forReaders))) print(`       ${line}`);
    for (const failure of failures) print(`\n--- ${name}: ${failure.name}\n${failure.why ?? ''}\n`);
    if (failures.length > 0 && run.output !== '') print(`--- output of ${name}\n${run.output}\n---`);
    return counts;
  }

  async function work(): Promise<void> {
    for (let next = queue.shift(); next && !options.signal.aborted; next = queue.shift()) {
      const counts = await runAndPrint(next.file, next.events);
      if (counts.failed > 0) failed.push({ ...next, counts });
      else add(total, counts);
    }
  }

  /** A test that fails beside others and passes alone has a race that is to be found, and is no reason to stop the line. */
  async function judgeFailed(): Promise<void> {
    const mayRunAgain = failed.length <= (options.againAloneMax ?? 0);
    for (const { file, events, counts } of failed) {
      if (!mayRunAgain || options.signal.aborted) {
        add(total, counts);
        continue;
      }
      print(`UNSURE ${path.relative(options.root, file)} failed beside others; once more, alone`);
      add(total, await runAndPrint(file, `${events}.again`));
    }
  }

  try {
    await Promise.all(Array.from({ length: options.concurrency }, work));
    await judgeFailed();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return total;
}

function add(total: Counts, counts: Counts): void {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}

export type FileRun = { code: number | null; signal: string | null; output: string; endedBy: 'itself' | 'time' | 'us' };

function runFile(file: string, events: string, options: RunOptions): Promise<FileRun> {
  const seconds = options.fileSecondsMax ?? defaultFileSecondsMax;
  const programArguments = [
    '--disable-warning=ExperimentalWarning',
    `--import=${guard}`,
    `--test-reporter=${reporter}`,
    `--test-reporter-destination=${events}`,
    file,
  ];
  return new Promise((resolve, reject) => {
    // A group of its own, so that ending it also ends what the file has started.
    const child = spawn(process.execPath, programArguments, {
      cwd: options.root,
      // Set while these tests of ours run under node --test; it would make the file report to that run.
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let endedBy: FileRun['endedBy'] = 'itself';
    const timer = setTimeout(() => {
      endedBy = 'time';
      endGroup(child);
    }, seconds * 1000);
    const stop = () => {
      endedBy = 'us';
      endGroup(child);
    };
    options.signal.addEventListener('abort', stop, { once: true });
    let output = '';
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-outputBytesMax);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    // Not 'close': that would wait for whoever inherited the output, such as a server that outlives its test.
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', stop);
      setImmediate(() => resolve({ code, signal, output: output.trimEnd(), endedBy }));
    });
  });
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

/** What a file did as a whole may fail although each of its tests passed. */
export function judge(lines: readonly TestLine[], run: FileRun): { counts: Counts; failures: readonly TestLine[] } {
  const failures = lines.filter(line => line.kind === 'failed');
  const whole = problemOfTheWhole(lines, failures.length, run);
  if (whole !== undefined) failures.push({ kind: 'failed', name: 'the whole file', why: whole });
  return {
    counts: {
      passed: lines.filter(line => line.kind === 'passed').length,
      failed: failures.length,
      skipped: lines.filter(line => line.kind === 'skipped').length,
    },
    failures,
  };
}

function problemOfTheWhole(lines: readonly TestLine[], failed: number, run: FileRun): string | undefined {
  if (run.endedBy === 'time') return 'It did not end in time: a test hangs, or something was left open or running.';
  if (run.endedBy === 'us') return 'It was interrupted.';
  if (failed > 0) return undefined;
  if (run.code !== 0) return `Its process ended with ${run.signal ?? `code ${run.code}`}.`;
  if (lines.length === 0) return 'It holds no test.';
  return undefined;
}

async function readLines(file: string): Promise<TestLine[]> {
  const text = await readFile(file, 'utf8').catch(() => ''); // A process that dies at once writes none.
  return text
    .split('\n')
    .filter(line => line.endsWith('}'))
    .map(line => JSON.parse(line) as TestLine);
}
