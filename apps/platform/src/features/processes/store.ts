// Every SQL statement on processes and upkeep_jobs. Times are the database's, so that clocks of machines do not matter.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { leaseDeadAfterSeconds } from './process.ts';

export async function insertProcess(db: Queryable, hostName: string, roles: readonly string[]): Promise<number> {
  const rows = await db.query<{ processNumber: number }>`
    insert into processes (host_name, roles, started_at, renewed_at)
    values (${hostName}, ${roles}::text[], now(), now())
    returning process_number as "processNumber"`;
  return rows[0]?.processNumber ?? 0;
}

/** False when somebody has declared this process dead: its work belongs to others now. */
export async function renewLease(db: Queryable, processNumber: number): Promise<boolean> {
  const rows = await db.query`
    update processes set renewed_at = now() where process_number = ${processNumber} and ended_at is null returning 1`;
  return rows.length > 0;
}

export async function endProcess(db: Queryable, processNumber: number): Promise<void> {
  await db.query`update processes set ended_at = now() where process_number = ${processNumber} and ended_at is null`;
}

/** Marks processes as ended whose lease has run out. Answers their numbers. */
export async function endDeadProcesses(tx: Tx): Promise<number[]> {
  const rows = await tx.query<{ processNumber: number }>`
    update processes set ended_at = now()
    where ended_at is null and renewed_at < now() - make_interval(secs => ${leaseDeadAfterSeconds})
    returning process_number as "processNumber"`;
  return rows.map(row => row.processNumber);
}

/** Processes that ended within the last `withinSeconds`. */
export async function listEndedProcesses(tx: Tx, withinSeconds: number): Promise<number[]> {
  const rows = await tx.query<{ processNumber: number }>`
    select process_number as "processNumber" from processes
    where ended_at > now() - make_interval(secs => ${withinSeconds})`;
  return rows.map(row => row.processNumber);
}

/** False when another process frees late work at this moment: two that free the same rows could wait for each other. */
export async function tryLockLateWork(tx: Tx): Promise<boolean> {
  const rows = await tx.query<{ isLocked: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('pennyblack late work')) as "isLocked"`;
  return rows[0]?.isLocked === true;
}

export async function endAllOtherProcesses(db: Queryable, exceptNumber: number): Promise<number[]> {
  const rows = await db.query<{ processNumber: number }>`
    update processes set ended_at = now()
    where ended_at is null and process_number <> ${exceptNumber}
    returning process_number as "processNumber"`;
  return rows.map(row => row.processNumber);
}

export async function countLiveProcesses(db: Queryable, role: string): Promise<number> {
  const rows = await db.query<{ count: number }>`
    select count(*)::int as count from processes
    where ended_at is null and ${role} = any (roles) and renewed_at > now() - make_interval(secs => ${leaseDeadAfterSeconds})`;
  return rows[0]?.count ?? 0;
}

/** Entries of processes that ended long ago. */
export async function deleteEndedProcesses(db: Queryable, before: Date): Promise<void> {
  await db.query`delete from processes where ended_at < ${before}`;
}

/** The difference between this process's clock and the database's, in milliseconds. */
export async function readDatabaseTime(db: Queryable): Promise<Date> {
  const rows = await db.query<{ time: Date }>`select clock_timestamp() as time`;
  return rows[0]?.time ?? new Date(0);
}

/** Takes a job whose time has come, for one process. False when another has it or it is not due. */
export async function claimUpkeepJob(
  tx: Tx,
  name: string,
  processNumber: number,
  everySeconds: number,
): Promise<boolean> {
  await tx.query`insert into upkeep_jobs (name, next_at) values (${name}, now()) on conflict do nothing`;
  const rows = await tx.query`
    update upkeep_jobs
    set owner_process = ${processNumber}, claimed_at = now(), next_at = now() + make_interval(secs => ${everySeconds})
    where name = ${name} and next_at <= now()
    returning 1`;
  return rows.length > 0;
}

export async function recordUpkeepResult(db: Queryable, name: string, error: string | null): Promise<void> {
  await db.query`update upkeep_jobs set last_error = ${error} where name = ${name}`;
}
