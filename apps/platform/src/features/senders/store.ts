// Every SQL statement on sender_signatures.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { sql } from '@pennyblack/runtime/database/sql.ts';
import type { SenderSignature } from './sender.ts';

const columns = sql`
  sender_id as "senderId", account_id as "accountId", email_address as "emailAddress", name, reply_to as "replyTo",
  personal_note as "personalNote", created_at as "createdAt", confirmed_at as "confirmedAt"`;

export async function findSignature(
  db: Queryable,
  accountId: number,
  addressKey: string,
): Promise<{ isConfirmed: boolean } | undefined> {
  const rows = await db.query<{ isConfirmed: boolean }>`
    select confirmed_at is not null as "isConfirmed"
    from sender_signatures
    where account_id = ${accountId} and address_key = ${addressKey}`;
  return rows[0];
}

export async function findReplyTo(db: Queryable, accountId: number, addressKey: string): Promise<string | undefined> {
  const rows = await db.query<{ replyTo: string }>`
    select reply_to as "replyTo"
    from sender_signatures
    where account_id = ${accountId} and address_key = ${addressKey} and reply_to is not null`;
  return rows[0]?.replyTo;
}

/** Whoever owns it. */
export async function findSignatureById(db: Queryable, senderId: number): Promise<SenderSignature | undefined> {
  const rows = await db.query<SenderSignature>`select ${columns} from sender_signatures where sender_id = ${senderId}`;
  return rows[0];
}

export async function listSignaturePage(
  db: Queryable,
  accountId: number,
  page: { count: number; offset: number },
): Promise<SenderSignature[]> {
  return db.query<SenderSignature>`
    select ${columns} from sender_signatures
    where account_id = ${accountId}
    order by address_key
    limit ${page.count} offset ${page.offset}`;
}

export async function countSignatures(db: Queryable, accountId: number): Promise<number> {
  const rows = await db.query<{ count: number }>`
    select count(*)::int as count from sender_signatures where account_id = ${accountId}`;
  return rows[0]?.count ?? 0;
}

export type NewSignature = {
  accountId: number;
  emailAddress: string;
  addressKey: string;
  name: string;
  replyTo: string | null;
  personalNote: string;
};

/** Undefined when the account has a signature of this address already. */
export async function insertSignature(tx: Tx, signature: NewSignature, now: Date): Promise<number | undefined> {
  const rows = await tx.query<{ senderId: number }>`
    insert into sender_signatures (account_id, email_address, address_key, name, reply_to, personal_note, created_at)
    values (${signature.accountId}, ${signature.emailAddress}, ${signature.addressKey}, ${signature.name},
            ${signature.replyTo}, ${signature.personalNote}, ${now})
    on conflict do nothing
    returning sender_id as "senderId"`;
  return rows[0]?.senderId;
}

export async function updateSignature(
  tx: Tx,
  senderId: number,
  changes: Pick<SenderSignature, 'name' | 'replyTo' | 'personalNote'>,
): Promise<void> {
  await tx.query`
    update sender_signatures
    set name = ${changes.name}, reply_to = ${changes.replyTo}, personal_note = ${changes.personalNote}
    where sender_id = ${senderId}`;
}

/** Answers the address, or nothing when it is gone already. */
export async function deleteSignatureRow(tx: Tx, senderId: number): Promise<string | undefined> {
  const rows = await tx.query<{ emailAddress: string }>`
    delete from sender_signatures where sender_id = ${senderId} returning email_address as "emailAddress"`;
  return rows[0]?.emailAddress;
}

/** True when it was this call that confirmed it. */
export async function confirmSignature(tx: Tx, senderId: number, now: Date): Promise<boolean> {
  const rows = await tx.query`
    update sender_signatures set confirmed_at = ${now}
    where sender_id = ${senderId} and confirmed_at is null
    returning 1 as done`;
  return rows.length > 0;
}

export async function upsertConfirmedSignature(
  tx: Tx,
  signature: { accountId: number; emailAddress: string; addressKey: string; name: string },
  now: Date,
): Promise<void> {
  await tx.query`
    insert into sender_signatures (account_id, email_address, address_key, name, created_at, confirmed_at)
    values (${signature.accountId}, ${signature.emailAddress}, ${signature.addressKey}, ${signature.name}, ${now}, ${now})
    on conflict (account_id, address_key) do update set confirmed_at = coalesce(sender_signatures.confirmed_at, ${now})`;
}
