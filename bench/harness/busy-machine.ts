// Says when the machine has other work to do: rates then say little, and processor time for each message says more.

import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const watchedForMilliseconds = 1000;
const shareToSpeakOf = 0.1;

/** Field 4 and 5 of the first line are idle time and waiting for disks (proc(5)). */
function readTimes(): { all: number; idle: number } {
  const [, ...fields] = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0]?.split(/\s+/) ?? [];
  const ticks = fields.map(Number);
  return { all: ticks.slice(0, 8).reduce((sum, part) => sum + part, 0), idle: (ticks[3] ?? 0) + (ticks[4] ?? 0) };
}

/** Undefined when the machine is ours alone. */
export async function describeOtherWork(): Promise<string | undefined> {
  const before = readTimes();
  await wait(watchedForMilliseconds);
  const after = readTimes();
  const busy = 1 - (after.idle - before.idle) / (after.all - before.all);
  if (busy < shareToSpeakOf) return undefined;
  return (
    `This machine has other work to do (${(busy * 100).toFixed(0)} % busy before the bench began). Whoever runs many ` +
    'processes suffers most from that: compare the processor times for each message, or wait until it is quiet.'
  );
}
