// Every SQL statement on notices and notice_server.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import type { NewNotice, Notice } from './notice.ts';

/** A wish that is open already is not repeated. */
export async function insertNotice(tx: Tx, notice: NewNotice, now: Date): Promise<void> {
  await tx.query`
    insert into notices (kind, about, details, created_at, due_at)
    values (${notice.kind}, ${notice.about}, ${JSON.stringify(notice.details)}, ${now}, ${now})
    on conflict (kind, about) where ended_at is null do nothing`;
}

/** Nor is one that was sent, or given up, within the last 24 hours. */
export async function insertNoticeOfDay(tx: Tx, notice: NewNotice, now: Date): Promise<void> {
  await tx.query`
    insert into notices (kind, about, details, created_at, due_at)
    select ${notice.kind}, ${notice.about}, ${JSON.stringify(notice.details)}::jsonb, ${now}, ${now}
    where not exists (
      select 1 from notices
      where kind = ${notice.kind} and about = ${notice.about} and outcome is distinct from 'not_needed'
        and created_at > ${now}::timestamptz - interval '24 hours')
    on conflict (kind, about) where ended_at is null do nothing`;
}

/**
 * Counts the attempt and moves the next one out before this one is made: 5 s, doubled each time, an hour at most. A crash makes
 * a notice late and never a loop.
 */
export async function claimDueNotices(tx: Tx, count: number, now: Date): Promise<Notice[]> {
  return tx.query<Notice>`
    update notices
    set attempts = attempts + 1,
        due_at = ${now}::timestamptz + least(interval '1 hour', interval '5 seconds' * (2 ^ least(attempts, 20)))
    where notice_id in (
      select notice_id from notices where ended_at is null and due_at <= ${now}
      order by due_at limit ${count}
      for update skip locked)
    returning notice_id as "noticeId", kind, about, details, created_at as "createdAt", attempts`;
}

export async function endNotice(
  db: Queryable,
  noticeId: number,
  end: {
    outcome: 'accepted' | 'not_needed' | 'given_up';
    message?: { serverId: number; messageId: string };
    error?: string;
  },
  now: Date,
): Promise<void> {
  await db.query`
    update notices
    set ended_at = ${now}, outcome = ${end.outcome}, server_id = ${end.message?.serverId ?? null},
        message_id = ${end.message?.messageId ?? null}, last_error = ${end.error ?? null}
    where notice_id = ${noticeId}`;
}

export async function noteNoticeError(db: Queryable, noticeId: number, error: string): Promise<void> {
  await db.query`update notices set last_error = ${error} where notice_id = ${noticeId}`;
}

export async function deleteEndedNotices(db: Queryable, endedBefore: Date): Promise<void> {
  await db.query`delete from notices where ended_at < ${endedBefore}`;
}

export async function findNoticeServer(db: Queryable): Promise<{ accountId: number; serverId: number } | undefined> {
  const rows = await db.query<{ accountId: number; serverId: number }>`
    select account_id as "accountId", server_id as "serverId" from notice_server`;
  return rows[0];
}

export async function insertNoticeServer(tx: Tx, accountId: number, serverId: number): Promise<void> {
  await tx.query`insert into notice_server (account_id, server_id) values (${accountId}, ${serverId})`;
}
