// One process per data folder. The lock is a file that names its owner; the owner's death frees it.

import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { identityOfProcess } from '../lifecycle/process-identity.ts';

const lockName = 'pennyblack.lock';
const attemptsMax = 20;

/**
 * Makes the folder when it is missing. Resolves to the function that gives the lock back.
 * @throws Error with a sentence when a living process owns the folder.
 */
export async function lockDataFolder(dataFolder: string): Promise<() => Promise<void>> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const lockFile = path.join(dataFolder, lockName);
  const mine = path.join(dataFolder, `${lockName}.${randomUUID()}`);
  await writeFile(mine, `${process.pid} ${await identityOfProcess(process.pid)}\n`, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      // A link appears with its whole content or not at all, and never replaces one that is there.
      if (await linked(mine, lockFile)) return () => unlink(lockFile);
      const found = await readFile(lockFile, 'utf8').catch(() => undefined);
      if (found === undefined) continue; // Given back between the two calls.
      const owner = await livingOwner(found);
      if (owner !== undefined) {
        throw new Error(
          `Another Pennyblack (process ${owner}) is using the data folder ${dataFolder}. ` +
            'Stop it, or name another folder in PENNYBLACK_DATA_DIR.',
        );
      }
      await removeStale(lockFile, found);
    }
  } finally {
    await unlink(mine);
  }
  throw new Error(`The lock ${lockFile} keeps changing hands; start again when no other Pennyblack is starting.`);
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function livingOwner(content: string): Promise<number | undefined> {
  const [pid, ...identity] = content.trim().split(' ');
  const isAlive = (await identityOfProcess(Number(pid))) === identity.join(' ');
  return isAlive ? Number(pid) : undefined;
}

/** Moves the file aside before removing it, so that of two processes that judged it stale only one takes it away. */
async function removeStale(lockFile: string, expected: string): Promise<void> {
  const aside = `${lockFile}.${randomUUID()}`;
  const moved = await rename(lockFile, aside).then(
    () => true,
    () => false, // The other one was faster.
  );
  if (!moved) return;
  const content = await readFile(aside, 'utf8');
  // Someone took the lock after we had read it: put it back where its owner believes it to be.
  if (content !== expected) await linked(aside, lockFile);
  await unlink(aside);
}
