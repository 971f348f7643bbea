// Every SQL statement on data_removals.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import type { DataRemoval, PendingRemoval } from './data-removal.ts';
import type { RemovalNotice } from './removal-notice.ts';

export async function insertDataRemoval(
  tx: Tx,
  removal: { accountId: number; requestedBy: string; requestedFor: string; isNoticeDue: boolean },
  now: Date,
): Promise<number> {
  const rows = await tx.query<{ dataRemovalId: number }>`
    insert into data_removals (account_id, requested_by, requested_for, requested_at, is_notice_due)
    values (${removal.accountId}, ${removal.requestedBy}, ${removal.requestedFor}, ${now}, ${removal.isNoticeDue})
    returning data_removal_id as "dataRemovalId"`;
  return rows[0]?.dataRemovalId ?? 0;
}

export async function findDataRemoval(
  db: Queryable,
  accountId: number,
  dataRemovalId: number,
): Promise<DataRemoval | undefined> {
  const rows = await db.query<DataRemoval>`
    select data_removal_id as "dataRemovalId", case when completed_at is null then 'Pending' else 'Done' end as status
    from data_removals
    where account_id = ${accountId} and data_removal_id = ${dataRemovalId}`;
  return rows[0];
}

/** Oldest first. */
export async function listPendingRemovals(db: Queryable, limit: number): Promise<PendingRemoval[]> {
  return db.query<PendingRemoval>`
    select data_removal_id as "dataRemovalId", account_id as "accountId", requested_for as "requestedFor",
           requested_at as "requestedAt"
    from data_removals
    where completed_at is null
    order by data_removal_id
    limit ${limit}`;
}

/**
 * Whose data it was is forgotten, and who asked as well unless he is to be told. `isNoticeDue` is true once: for whoever
 * completes it.
 */
export async function completeRemoval(tx: Tx, dataRemovalId: number, now: Date): Promise<{ isNoticeDue: boolean }> {
  const rows = await tx.query<{ isNoticeDue: boolean }>`
    update data_removals
    set completed_at = ${now}, requested_for = null, requested_by = case when is_notice_due then requested_by end,
        is_notice_due = false
    where data_removal_id = ${dataRemovalId} and completed_at is null
    returning requested_by is not null as "isNoticeDue"`;
  return rows[0] ?? { isNoticeDue: false };
}

export async function findRemovalNotice(db: Queryable, dataRemovalId: number): Promise<RemovalNotice | undefined> {
  const rows = await db.query<RemovalNotice>`
    select data_removal_id as "dataRemovalId", requested_by as "requestedBy", requested_at as "requestedAt",
           completed_at as "completedAt"
    from data_removals
    where data_removal_id = ${dataRemovalId} and completed_at is not null and requested_by is not null`;
  return rows[0];
}

export async function forgetRequesters(db: Queryable, completedBefore: Date): Promise<void> {
  await db.query`
    update data_removals set requested_by = null
    where completed_at < ${completedBefore} and requested_by is not null`;
}
