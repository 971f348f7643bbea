// Tells whether a process that a file names is still the same one: process numbers are used again, and a process that
// has ended but was not yet waited for (a zombie, usual in containers without an init) still answers signals.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Differs for every process that ever had this number on this machine; undefined when no such process is alive. */
export async function identityOfProcess(pid: number): Promise<string | undefined> {
  return process.platform === 'linux' ? identityOnLinux(pid) : identityFromPs(pid);
}

async function identityOnLinux(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The second field is the program's name in brackets and may itself hold brackets and spaces (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const startedAt = fields[19];
  if (state === 'Z' || state === 'X') return undefined;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${boot.trim()}:${startedAt}`;
}

async function identityFromPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
    const [state, ...started] = stdout.trim().split(/\s+/);
    return state === undefined || state === '' || state.startsWith('Z') ? undefined : started.join(' ');
  } catch {
    return undefined; // ps ends with 1 when there is no such process.
  }
}
