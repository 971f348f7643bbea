// Reads the words after `node tools/run-tests.ts`.

import { availableParallelism } from 'node:os';

export type RunArguments = { targets: readonly string[]; concurrency: number };

export const usage = 'Usage: node tools/run-tests.ts [--concurrency N] [folder or file …]';

/** One more than can compute at a time: many files wait for the disk, or for a time to pass. */
const defaultConcurrency = availableParallelism() + 1;
const concurrencyMax = 64;

/** Undefined when they make no sense. */
export function readArguments(words: readonly string[]): RunArguments | undefined {
  const targets: string[] = [];
  let concurrency = defaultConcurrency;
  const rest = words.flatMap(word => (word.startsWith('--concurrency=') ? word.split('=') : [word]));
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--concurrency') {
      concurrency = Number(rest.shift());
      if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > concurrencyMax) return undefined;
    } else if (word.startsWith('-')) {
      return undefined;
    } else {
      targets.push(word);
    }
  }
  return { targets, concurrency };
}
