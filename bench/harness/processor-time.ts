// Processor time that processes have used, from /proc (proc(5)): of one process with all its threads, or of a tree.

import { readdirSync, readFileSync } from 'node:fs';

// The kernel reports in ticks of USER_HZ, which is 100 on every Linux that Node runs on.
const millisecondsPerTick = 10;

type Stat = { parent: number; own: number; ofEndedChildren: number };

function readStat(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // It ended a moment ago.
  }
  // The name of the program stands in parentheses and may hold anything; field 4 follows it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return {
    parent: field(4),
    own: (field(14) + field(15)) * millisecondsPerTick,
    ofEndedChildren: (field(16) + field(17)) * millisecondsPerTick,
  };
}

/** Milliseconds so far; 0 for a process that is gone. */
export function processorTimeOf(pid: number): number {
  return readStat(pid)?.own ?? 0;
}

/** The process, what descends from it, and children that have ended (and were waited for). */
export function processorTimeOfTree(root: number): number {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const stat = Number.isInteger(pid) ? readStat(pid) : undefined;
    if (stat) stats.set(pid, stat);
  }
  const isInTree = (pid: number): boolean => {
    for (let at = pid; at > 1; at = stats.get(at)?.parent ?? 0) if (at === root) return true;
    return false;
  };
  let total = 0;
  for (const [pid, stat] of stats) if (isInTree(pid)) total += stat.own + stat.ofEndedChildren;
  return total;
}
