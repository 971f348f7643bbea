// Every SQL statement on inbound_reports and inbound_report_fingerprints.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import type { ClaimedReport } from './report.ts';

export type PackedReport = { fingerprint: Buffer; recipient: string; mailFrom: string; packedSource: Buffer };

/** Those that came before, and are known by their fingerprint, are left out. Answers how many are new. */
export async function insertReports(tx: Tx, reports: readonly PackedReport[], now: Date): Promise<number> {
  let inserted = 0;
  // Sorted, because two transactions that insert the same rows in another order would wait for each other for ever.
  for (const report of reports.toSorted((a, b) => Buffer.compare(a.fingerprint, b.fingerprint))) {
    const rows = await tx.query`
      with fresh as (
        insert into inbound_report_fingerprints (fingerprint, received_at)
        values (${report.fingerprint}, ${now})
        on conflict do nothing
        returning 1
      )
      insert into inbound_reports (recipient, mail_from, received_at, source, due_at)
      select ${report.recipient}, ${report.mailFrom}, ${now}, ${report.packedSource}, ${now} from fresh
      returning 1`;
    inserted += rows.length;
  }
  return inserted;
}

/**
 * Counts the attempt before it is made. Reports that this process owns already are taken as well: it asks only when it has
 * none in hand, so these are left from a claim or a return whose answer was lost.
 */
export async function claimReports(
  db: Queryable,
  ownerProcess: number,
  limit: number,
  now: Date,
): Promise<ClaimedReport[]> {
  return db.query<ClaimedReport>`
    update inbound_reports
    set owner_process = ${ownerProcess}, attempts = attempts + 1
    where report_id in (
      select report_id from inbound_reports
      where (owner_process is null and due_at <= ${now}) or owner_process = ${ownerProcess}
      order by due_at
      limit ${limit}
      for update skip locked)
    returning report_id as "reportId", recipient, mail_from as "mailFrom", source, owner_process as "ownerProcess", attempts`;
}

type Claim = Pick<ClaimedReport, 'reportId' | 'ownerProcess' | 'attempts'>;

/** False when the claim is over: another process has the report, or has finished it. */
export async function deleteReport(tx: Tx, { reportId, ownerProcess, attempts }: Claim): Promise<boolean> {
  const rows = await tx.query`
    delete from inbound_reports
    where report_id = ${reportId} and owner_process = ${ownerProcess} and attempts = ${attempts}
    returning 1`;
  return rows.length > 0;
}

export async function returnReport(
  db: Queryable,
  { reportId, ownerProcess, attempts }: Claim,
  dueAt: Date,
): Promise<void> {
  await db.query`
    update inbound_reports
    set owner_process = null, due_at = ${dueAt}
    where report_id = ${reportId} and owner_process = ${ownerProcess} and attempts = ${attempts}`;
}

export async function freeReports(tx: Tx, processNumbers: readonly number[]): Promise<void> {
  await tx.query`
    update inbound_reports set owner_process = null where owner_process = any (${[...processNumbers]}::bigint[])`;
}

export async function countReports(db: Queryable): Promise<number> {
  const rows = await db.query<{ count: number }>`select count(*)::int as count from inbound_reports`;
  return rows[0]?.count ?? 0;
}

/** Deletes at most `limit`. Answers how many. */
export async function deleteFingerprints(db: Queryable, before: Date, limit: number): Promise<number> {
  const rows = await db.query`
    delete from inbound_report_fingerprints where fingerprint in (
      select fingerprint from inbound_report_fingerprints where received_at < ${before} limit ${limit})
    returning 1`;
  return rows.length;
}
