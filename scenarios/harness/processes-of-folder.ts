// Finds and kills the PostgreSQL of a data folder, as an out-of-memory killer or a power cut would. A server and all its
// children have the cluster's folder as their working folder, so nothing else on the machine can be hit.

import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { until } from './until.ts';

async function databaseProcesses(dataFolder: string): Promise<number[]> {
  const cluster = await realpath(path.join(dataFolder, 'postgres')).catch(() => undefined);
  if (cluster === undefined) return [];
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    if (folder === cluster) found.push(pid);
  }
  return found;
}

/** Nothing when none runs. */
export async function postmasterOf(dataFolder: string): Promise<number | undefined> {
  const text = await readFile(path.join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  return (await databaseProcesses(dataFolder)).includes(pid) ? pid : undefined;
}

export function killProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Stops the database in its tracks, as a hanging disk would, or lets it go on. */
export async function freezeDatabase(dataFolder: string, signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
  for (const pid of await databaseProcesses(dataFolder)) killProcess(pid, signal);
}

/** kill -9 of `first` and of every process of the folder's database, in the same moment. */
export async function killTree(first: readonly number[], dataFolder: string): Promise<void> {
  for (const pid of [...first, ...(await databaseProcesses(dataFolder))]) killProcess(pid, 'SIGKILL');
  await until('the database processes of the folder are gone', async () => {
    const left = await databaseProcesses(dataFolder);
    for (const pid of left) killProcess(pid, 'SIGKILL');
    return left.length === 0;
  });
}
