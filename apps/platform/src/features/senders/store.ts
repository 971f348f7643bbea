// Every SQL statement on sender_signatures.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';

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
