// Every SQL statement on bounces.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import type { NewBounce } from './bounce.ts';

export type NewBounceRow = NewBounce & {
  host: string;
  ip: string;
  isReported: boolean;
  isInactive: boolean;
  canActivate: boolean;
};

/** Answers the ids in the order of the bounces. */
export async function insertBounces(tx: Tx, bounces: readonly NewBounceRow[], now: Date): Promise<number[]> {
  const ids = await tx.query<{ bounceId: number }>`
    select nextval('bounce_ids') as "bounceId" from generate_series(1, ${bounces.length}::int)`;
  const bounceIds = ids.map(row => row.bounceId);
  await tx.query`
    insert into bounces (server_id, bounce_id, message_id, recipient_number, stream_id, type, email_address, address_key,
                         from_address, subject, tag, details, bounced_at, is_inactive, can_activate, host, ip,
                         is_reported)
    select row.server_id, row.bounce_id, row.message_id, row.recipient_number, row.stream_id, row.type, row.email_address,
           row.address_key, row.from_address, row.subject, row.tag, row.details, ${now}, row.is_inactive, row.can_activate,
           row.host, row.ip, row.is_reported
    from unnest(
      ${bounces.map(bounce => bounce.serverId)}::bigint[], ${bounceIds}::bigint[],
      ${bounces.map(bounce => bounce.messageId)}::uuid[], ${bounces.map(bounce => bounce.recipientNumber)}::smallint[],
      ${bounces.map(bounce => bounce.streamId)}::text[], ${bounces.map(bounce => bounce.type)}::text[],
      ${bounces.map(bounce => bounce.emailAddress)}::text[], ${bounces.map(bounce => bounce.addressKey)}::text[],
      ${bounces.map(bounce => bounce.fromAddress)}::text[], ${bounces.map(bounce => bounce.subject)}::text[],
      ${bounces.map(bounce => bounce.tag)}::text[], ${bounces.map(bounce => bounce.details)}::text[],
      ${bounces.map(bounce => bounce.isInactive)}::boolean[], ${bounces.map(bounce => bounce.canActivate)}::boolean[],
      ${bounces.map(bounce => bounce.host)}::text[], ${bounces.map(bounce => bounce.ip)}::text[],
      ${bounces.map(bounce => bounce.isReported)}::boolean[]
    ) as row (server_id, bounce_id, message_id, recipient_number, stream_id, type, email_address, address_key,
              from_address, subject, tag, details, is_inactive, can_activate, host, ip, is_reported)`;
  return bounceIds;
}

export async function insertDumps(
  tx: Tx,
  dumps: readonly { serverId: number; bounceId: number; source: Buffer }[],
  now: Date,
): Promise<void> {
  await tx.query`
    insert into bounce_dumps (server_id, bounce_id, stored_at, source)
    select row.server_id, row.bounce_id, ${now}, row.source
    from unnest(${dumps.map(dump => dump.serverId)}::bigint[], ${dumps.map(dump => dump.bounceId)}::bigint[],
                ${dumps.map(dump => dump.source)}::bytea[]) as row (server_id, bounce_id, source)`;
}

/** Deletes at most `limit` reports older than `before`. Answers how many. */
export async function deleteOldDumps(db: Queryable, before: Date, limit: number): Promise<number> {
  const rows = await db.query`
    delete from bounce_dumps where (server_id, bounce_id) in (
      select server_id, bounce_id from bounce_dumps where stored_at < ${before} limit ${limit})
    returning 1`;
  return rows.length;
}

/** Deletes at most `limit` bounces older than `before`. Answers how many. */
export async function deleteOldBounces(db: Queryable, before: Date, limit: number): Promise<number> {
  const rows = await db.query`
    delete from bounces where (server_id, bounce_id) in (
      select server_id, bounce_id from bounces where bounced_at < ${before} limit ${limit})
    returning 1`;
  return rows.length;
}
