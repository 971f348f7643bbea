// One run of the embedded server: from starting the program until it accepts connections, and until it has stopped.

import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Launcher } from './postgres-launcher.ts';
import { type Durability, postgresArguments } from './postgres-settings.ts';
import { readPostmasterFile } from './postmaster-file.ts';

export type Postmaster = {
  /** Resolves with a few words on how it ended. */
  exited: Promise<string>;
  stop(): Promise<void>;
};

export type PostmasterOptions = {
  launcher: Launcher;
  dataDirectory: string;
  logFile: string;
  port: number;
  durability: Durability;
  log: (line: string) => void;
};

const fastStopMilliseconds = 5_000;
const immediateStopMilliseconds = 2_000;
const stillRecoveringEveryMilliseconds = 5_000;
const stoppingLookMilliseconds = 1_000;
const stoppingLooksMax = 5;
const logBytesMax = 10 * 1024 * 1024;

/**
 * Resolves when the server accepts connections. Recovery after a crash may take its time; it is waited for.
 * @throws Error with the server's last words when it ends instead.
 */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  await rotateLog(options.logFile);
  // To a file, not to a pipe: a server must never wait for us to read what it says, nor keep us from ending.
  const output = openSync(options.logFile, 'a', 0o600);
  const programArguments = postgresArguments(options.dataDirectory, options.port, options.durability);
  const child = options.launcher.spawn(options.launcher.binaries.postgres, programArguments, {
    stdio: ['ignore', output, output],
    // A process group of its own: Ctrl-C in the terminal is for us, and we stop the database last.
    detached: true,
    env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
  });
  closeSync(output);
  child.unref();
  const exit = { isOver: false };
  const exited = new Promise<string>(resolve => {
    child.once('error', error => resolve(`it could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(signal ? `it was ended by ${signal}` : `it ended with code ${code}`));
  }).finally(() => {
    exit.isOver = true;
  });

  await untilReady(options, child, exited, exit);
  const stop = () => stopPostmaster(child, exited, exit);
  void hastenStop(options, exit, stop);
  return { exited, stop };
}

/**
 * A server that somebody else told to stop waits for our connections, and we wait for it: "smart" for ever, "fast" for a
 * session that does not end. It is helped to its end, so that the next one can start.
 */
async function hastenStop(options: PostmasterOptions, exit: { isOver: boolean }, stop: () => Promise<void>) {
  for (let looks = 0; !exit.isOver; ) {
    await wait(stoppingLookMilliseconds, undefined, { ref: false });
    const file = exit.isOver ? undefined : await readPostmasterFile(options.dataDirectory);
    looks = file?.isStopping ? looks + 1 : 0;
    if (looks <= stoppingLooksMax) continue;
    options.log('The database was told to stop and does not come to an end; ending it.');
    return stop();
  }
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('a TCP server without a port'));
        else resolve(address.port);
      });
    });
  });
}

async function untilReady(
  options: PostmasterOptions,
  child: ChildProcess,
  exited: Promise<string>,
  exit: { isOver: boolean },
): Promise<void> {
  let nextLine = performance.now() + stillRecoveringEveryMilliseconds;
  while (!exit.isOver) {
    const file = await readPostmasterFile(options.dataDirectory);
    // The programs before the server (unshare, setpriv) become it, so its number is the child's own.
    if (file?.isReady && file.pid === child.pid) return;
    if (performance.now() > nextLine) {
      nextLine = performance.now() + stillRecoveringEveryMilliseconds;
      options.log(`The database is still starting (${options.logFile} says more).`);
    }
    await Promise.race([wait(20), exited]);
  }
  throw new Error(
    `The embedded database did not start: ${await exited}. Its last words in ${options.logFile}:\n` +
      (await lastLines(options.logFile)),
  );
}

/** Fast: open transactions roll back. Then immediate: the next start recovers from the WAL. Nothing committed is lost. */
async function stopPostmaster(child: ChildProcess, exited: Promise<string>, exit: { isOver: boolean }): Promise<void> {
  child.ref();
  for (const [signal, milliseconds] of [
    ['SIGINT', fastStopMilliseconds],
    ['SIGQUIT', immediateStopMilliseconds],
    ['SIGKILL', immediateStopMilliseconds],
  ] as const) {
    if (exit.isOver) return;
    child.kill(signal);
    const giveUp = new AbortController();
    await Promise.race([exited, wait(milliseconds, undefined, { signal: giveUp.signal }).catch(() => {})]);
    giveUp.abort();
  }
}

async function rotateLog(logFile: string): Promise<void> {
  const size = await stat(logFile).then(
    found => found.size,
    () => 0, // The first start.
  );
  if (size > logBytesMax) await rename(logFile, path.join(path.dirname(logFile), `${path.basename(logFile)}.1`));
}

async function lastLines(logFile: string): Promise<string> {
  const file = await open(logFile, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.min(size, 4096);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-5).join('\n');
  } finally {
    await file.close();
  }
}
