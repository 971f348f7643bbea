// Every SQL statement on bounces.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { sql } from '@pennyblack/runtime/database/sql.ts';
import type { NewBounce } from './bounce.ts';

/** Answers the ids in the order of the bounces. */
export async function insertBounces(
  tx: Tx,
  bounces: readonly (NewBounce & { isInactive: boolean; canActivate: boolean })[],
  now: Date,
): Promise<number[]> {
  const ids = await tx.query<{ bounceId: number }>`
    select nextval('bounce_ids') as "bounceId" from generate_series(1, ${bounces.length}::int)`;
  const bounceIds = ids.map(row => row.bounceId);
  await tx.query`
    insert into bounces (server_id, bounce_id, message_id, recipient_number, stream_id, type, email_address, address_key,
                         from_address, subject, tag, details, bounced_at, is_inactive, can_activate)
    select row.server_id, row.bounce_id, row.message_id, row.recipient_number, row.stream_id, row.type, row.email_address,
           row.address_key, row.from_address, row.subject, row.tag, row.details, ${now}, row.is_inactive, row.can_activate
    from unnest(
      ${bounces.map(bounce => bounce.serverId)}::bigint[], ${bounceIds}::bigint[],
      ${bounces.map(bounce => bounce.messageId)}::uuid[], ${bounces.map(bounce => bounce.recipientNumber)}::smallint[],
      ${bounces.map(bounce => bounce.streamId)}::text[], ${bounces.map(bounce => bounce.type)}::text[],
      ${bounces.map(bounce => bounce.emailAddress)}::text[], ${bounces.map(bounce => bounce.addressKey)}::text[],
      ${bounces.map(bounce => bounce.fromAddress)}::text[], ${bounces.map(bounce => bounce.subject)}::text[],
      ${bounces.map(bounce => bounce.tag)}::text[], ${bounces.map(bounce => bounce.details)}::text[],
      ${bounces.map(bounce => bounce.isInactive)}::boolean[], ${bounces.map(bounce => bounce.canActivate)}::boolean[]
    ) as row (server_id, bounce_id, message_id, recipient_number, stream_id, type, email_address, address_key,
              from_address, subject, tag, details, is_inactive, can_activate)`;
  return bounceIds;
}

/** Deletes at most `limit` bounces older than `before`. Answers how many. */
export async function deleteOldBounces(db: Queryable, before: Date, limit: number): Promise<number> {
  const rows = await db.query`
    delete from bounces where (server_id, bounce_id) in (
      select server_id, bounce_id from bounces where bounced_at < ${before} limit ${limit})
    returning 1`;
  return rows.length;
}

/** What a bounce says in words. */
export type BounceText = { bounceId: number } & Pick<
  NewBounce,
  'serverId' | 'emailAddress' | 'addressKey' | 'fromAddress' | 'subject' | 'tag' | 'details'
>;

const bounceTextColumns = sql`
  server_id as "serverId", bounce_id as "bounceId", email_address as "emailAddress", address_key as "addressKey",
  from_address as "fromAddress", subject, tag, details`;

export async function listBounceTextsOfMessages(
  tx: Tx,
  messages: readonly { serverId: number; messageId: string }[],
): Promise<BounceText[]> {
  return tx.query<BounceText>`
    select ${bounceTextColumns}
    from bounces
    where (server_id, message_id) in (
      select * from unnest(${messages.map(row => row.serverId)}::bigint[], ${messages.map(row => row.messageId)}::uuid[]))`;
}

export async function listBounceTextsByAddress(
  tx: Tx,
  serverIds: readonly number[],
  addressKey: string,
  limit: number,
): Promise<BounceText[]> {
  return tx.query<BounceText>`
    select ${bounceTextColumns}
    from bounces
    where server_id = any (${serverIds}::bigint[]) and address_key = ${addressKey}
    limit ${limit}`;
}

/** Nobody is left whose address could be activated again. */
export async function updateBounceTexts(tx: Tx, bounces: readonly BounceText[]): Promise<void> {
  for (const bounce of bounces) {
    await tx.query`
      update bounces
      set email_address = ${bounce.emailAddress}, address_key = ${bounce.addressKey}, from_address = ${bounce.fromAddress},
          subject = ${bounce.subject}, tag = ${bounce.tag}, details = ${bounce.details},
          can_activate = can_activate and address_key = ${bounce.addressKey}
      where server_id = ${bounce.serverId} and bounce_id = ${bounce.bounceId}`;
  }
}
