// Sees to the Debian packages that a bench's references are made of. Nothing is installed unless it was asked for.

import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** One program of each package; Debian keeps them where an ordinary user's PATH does not look. */
const programOf: Readonly<Record<string, string>> = {
  postfix: 'postfix',
  opendkim: 'opendkim',
  'opendkim-tools': 'opendkim-genkey',
};
const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];

/** The full path of a program, or undefined. */
export function findProgram(name: string): string | undefined {
  return folders
    .map(folder => path.join(folder, name))
    .find(file => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false; // Not there, or not for us.
      }
    });
}

export function programPath(name: string): string {
  const found = findProgram(name);
  if (found === undefined) throw new Error(`The program ${name} is missing.`);
  return found;
}

/** @throws Error with a sentence that says what to do. */
export function requirePackages(packages: readonly string[], install: boolean): void {
  const missing = packages.filter(name => findProgram(programOf[name] ?? name) === undefined);
  const isRoot = process.getuid?.() === 0;
  if (missing.length > 0) {
    if (!install || !isRoot) {
      throw new Error(
        `This bench compares with ${missing.join(', ')}, which ${missing.length > 1 ? 'are' : 'is'} not installed. As root: ` +
          `apt-get install ${missing.join(' ')} (or run the bench with --install).`,
      );
    }
    installPackages(missing);
  }
  if (!isRoot) throw new Error('Postfix starts as root only: run this bench as root, or with --profile.');
}

function installPackages(packages: readonly string[]): void {
  // The packages start a mail server on port 25 when they are installed; RUNLEVEL=1 tells invoke-rc.d not to.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const words = ['install', '--yes', '--quiet', '--no-install-recommends', ...packages];
  const { status } = spawnSync('apt-get', words, { env, stdio: 'inherit' });
  if (status !== 0) throw new Error(`apt-get ${words.join(' ')} failed.`);
}
