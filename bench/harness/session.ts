// Everything that a bench starts belongs to its session, and ends with it: at the end, after a failure, and on Ctrl-C.

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export type Session = {
  /** On a real disk, gone when the session has ended. */
  folder: string;
  /** Aborted by Ctrl-C. */
  stopping: AbortSignal;
  /** Run in the opposite order at the end. */
  atEnd(end: () => Promise<void>): void;
  /** A child that is told to end with the session, and killed when it does not. */
  spawn(program: string, words: readonly string[], options?: SpawnOptions): ChildProcess;
};

const memoryFileSystem = 0x01021994;
const secondsToEnd = 15;

export async function runInSession(baseFolder: string | undefined, work: (session: Session) => Promise<void>) {
  const folder = await mkdtemp(path.join(baseFolder ?? (await diskFolder()), 'pennyblack-bench-'));
  // Postfix works as a user of its own and has to pass through.
  await chmod(folder, 0o755);
  const ends: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stopping = new AbortController();
  const session: Session = {
    folder,
    stopping: stopping.signal,
    atEnd: end => void ends.push(end),
    spawn: (program, words, options = {}) => {
      // In a group of its own, so that Ctrl-C reaches it through us alone, in its turn.
      const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'inherit'], ...options, detached: true });
      child.on('error', error => console.error(`${program} could not be started: ${error.message}`));
      ends.push(() => endChild(child));
      return child;
    },
  };
  const interrupted = new Promise<never>((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        stopping.abort();
        reject(new Error('Interrupted: everything that was started is being ended.'));
      });
    }
  });
  try {
    await Promise.race([work(session), interrupted]);
  } finally {
    stopping.abort();
    // What was under way fails now that its processes end; the first failure is the one to tell.
    process.on('unhandledRejection', () => {});
    for (const end of ends.reverse()) await end().catch(error => console.error(error));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeAllListeners(signal);
  }
}

/** Some systems keep the temporary folder in memory, where a flush costs nothing and every figure would be a lie. */
async function diskFolder(): Promise<string> {
  const { type } = await statfs(tmpdir());
  return type === memoryFileSystem ? '/var/tmp' : tmpdir();
}

export async function endChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const killTimer = setTimeout(() => child.kill('SIGKILL'), secondsToEnd * 1000);
  await exited;
  clearTimeout(killTimer);
}

/** @throws Error when it does not come true in time, or the session is stopped. */
export async function until<T>(
  what: string,
  secondsMax: number,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  pauseInMilliseconds = 25,
): Promise<T> {
  const giveUpAt = performance.now() + secondsMax * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > giveUpAt) throw new Error(`Waited ${secondsMax} s in vain: ${what}.`);
    await wait(pauseInMilliseconds);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}
