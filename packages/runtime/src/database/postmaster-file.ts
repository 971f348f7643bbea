// Reads what a PostgreSQL server writes about itself, and stops one that outlived the process that started it.
// Source: PostgreSQL documentation, 66.1 (postmaster.pid), and the comment above AddToDataDirLockFile in its source.

import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { identityOfProcess } from '../lifecycle/process-identity.ts';

export type PostmasterFile = { pid: number; port: number; isReady: boolean; isStopping: boolean };

/** Undefined when there is none, or not yet a whole one. */
export async function readPostmasterFile(dataDirectory: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(path.join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  const status = lines[7]?.trim();
  return { pid, port: Number(lines[3]), isReady: status === 'ready', isStopping: status === 'stopping' };
}

const fastStopMilliseconds = 20_000;
const immediateStopMilliseconds = 10_000;
/** Longer than children need that do nothing but wait. */
const orphansMilliseconds = 3_000;
const killMilliseconds = 5_000;

/**
 * Ends every server process that still works on the folder: politely, then not. Call it only while holding the lock of
 * the data folder, so that what is found can only be a leftover. @throws Error with a sentence when one will not end.
 */
export async function stopLeftover(dataDirectory: string, log: (line: string) => void): Promise<void> {
  const file = await readPostmasterFile(dataDirectory);
  if (file && (await isServerOf(file.pid, dataDirectory))) {
    log(`A database server of an earlier run (process ${file.pid}) is still running; stopping it.`);
    signal(file.pid, 'SIGINT');
    if (!(await noneLeft(dataDirectory, file.pid, fastStopMilliseconds))) {
      signal(file.pid, 'SIGQUIT');
      await noneLeft(dataDirectory, file.pid, immediateStopMilliseconds);
    }
  }
  // A server killed with -9 leaves children that notice within moments, and the next server must not start before that.
  // One that waits for a lock whose holder has noticed already is woken by nobody: it is ended, as a crash would end it.
  if (await noneLeft(dataDirectory, file?.pid, orphansMilliseconds)) return removePostmasterFile(dataDirectory);
  for (const orphan of await serversOf(dataDirectory)) {
    log(`Ending process ${orphan} of a database server that is gone.`);
    signal(orphan, 'SIGKILL');
  }
  if (!(await noneLeft(dataDirectory, file?.pid, killMilliseconds))) {
    throw new Error(
      `A database server of an earlier run still works on ${dataDirectory} and does not stop` +
        `${file ? ` (process ${file.pid})` : ''}. End it, then start again.`,
    );
  }
  return removePostmasterFile(dataDirectory);
}

/** PostgreSQL would take any process that was since given the number in this file for a living server. */
async function removePostmasterFile(dataDirectory: string): Promise<void> {
  await rm(path.join(dataDirectory, 'postmaster.pid'), { force: true });
}

async function noneLeft(dataDirectory: string, pid: number | undefined, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    const isPostmasterAlive = pid !== undefined && (await isServerOf(pid, dataDirectory));
    if (!isPostmasterAlive && (await serversOf(dataDirectory)).length === 0) return true;
    if (performance.now() > deadline) return false;
    await wait(25);
  }
}

/** A server and all its children have the cluster's folder as their working folder. */
async function isServerOf(pid: number, dataDirectory: string): Promise<boolean> {
  if ((await identityOfProcess(pid)) === undefined) return false;
  if (process.platform !== 'linux') return true; // Elsewhere the lock and the file must do.
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return folder !== undefined && folder === (await realpath(dataDirectory));
}

async function serversOf(dataDirectory: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const program = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    if (program.startsWith('postgres') && (await isServerOf(pid, dataDirectory))) found.push(pid);
  }
  return found;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
