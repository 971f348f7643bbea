// Finds processes whose lease has run out and frees what they held, through the features that registered for it.

import type { Pool, Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import {
  countLiveProcesses,
  deleteEndedProcesses,
  endAllOtherProcesses,
  endDeadProcesses,
  endProcess,
  listEndedProcesses,
  tryLockLateWork,
} from './store.ts';

/** Frees the work of processes that will never come back; runs in the transaction that marks them ended. */
export type FreeWorkOf = (tx: Tx, processNumbers: readonly number[], now: Date) => Promise<void>;

export async function freeDeadProcesses(db: Pool, freeWork: readonly FreeWorkOf[], now: Date): Promise<number[]> {
  return db.transaction(async tx => {
    const dead = await endDeadProcesses(tx);
    if (dead.length > 0) for (const free of freeWork) await free(tx, dead, now);
    return dead;
  });
}

/** With its next renewal a process knows that it counts as dead, and no transaction of its lasts longer than a minute. */
const lateWorkSeconds = 180;

/**
 * Until it notices, a process that counts as dead goes on writing rows under its old number. Nobody would ever look at
 * them, so the work of the ended is freed again and again for a while.
 */
export async function freeLateWork(db: Pool, freeWork: readonly FreeWorkOf[], now: Date): Promise<void> {
  await db.transaction(async tx => {
    if (!(await tryLockLateWork(tx))) return;
    const ended = await listEndedProcesses(tx, lateWorkSeconds);
    if (ended.length > 0) for (const free of freeWork) await free(tx, ended, now);
  });
}

/**
 * The embedded database belongs to one process, so every other entry is a process that was killed: its work is free
 * at once, without waiting for the lease to run out.
 */
export async function freeAllOthers(
  db: Pool,
  own: number,
  freeWork: readonly FreeWorkOf[],
  now: Date,
): Promise<number[]> {
  return db.transaction(async tx => {
    const dead = await endAllOtherProcesses(tx, own);
    if (dead.length > 0) for (const free of freeWork) await free(tx, dead, now);
    return dead;
  });
}

/** A clean end: what this process still owns is free in the same moment. */
export async function endLease(db: Pool, own: number, freeWork: readonly FreeWorkOf[], now: Date): Promise<void> {
  await db.transaction(async tx => {
    await endProcess(tx, own);
    for (const free of freeWork) await free(tx, [own], now);
  });
}

const endedKeptDays = 7;

/** Processes that ended long ago are of no use to anybody. */
export async function forgetEndedProcesses(db: Queryable, now: Date): Promise<void> {
  await deleteEndedProcesses(db, new Date(now.getTime() - endedKeptDays * 86_400_000));
}

export async function countLive(db: Queryable, role: string): Promise<number> {
  return Math.max(1, await countLiveProcesses(db, role));
}
