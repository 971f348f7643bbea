// Runs an operator's command beside a running platform: `npm run pennyblack -- …`.

import { once } from 'node:events';
import path from 'node:path';
import { type Environment, repositoryRoot, spawnNode } from './platform.ts';

const script = path.join(repositoryRoot, 'apps/platform/src/command-line.ts');

/** Resolves to what it printed. @throws Error with that when it ends with anything but 0. */
export async function runCommand(folder: string, settings: Environment, words: readonly string[]): Promise<string> {
  const child = spawnNode(script, words, folder, settings, undefined);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
  }
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`pennyblack ${words.join(' ')} ended with ${code}:\n${output}`);
  return output;
}
