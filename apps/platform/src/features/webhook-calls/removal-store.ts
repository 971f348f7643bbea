// The SQL statements of the erasure of a person's data on webhook_calls and webhook_history.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { raw } from '@pennyblack/runtime/database/sql.ts';

export type CallAttempts = { serverId: number; webhookId: number; callId: string; attempts: unknown };

/** Calls are keyed by the message they are about, and never older than it. */
export async function listAttempts(
  tx: Tx,
  table: 'webhook_calls' | 'webhook_history',
  messages: readonly { serverId: number; messageId: string }[],
): Promise<CallAttempts[]> {
  const lowestId = messages.map(message => message.messageId).toSorted()[0];
  if (lowestId === undefined) return [];
  return tx.query<CallAttempts>`
    select server_id as "serverId", webhook_id as "webhookId", call_id as "callId", attempts
    from ${raw(table)}
    where (server_id, order_key) in (
        select * from unnest(${messages.map(row => row.serverId)}::bigint[], ${messages.map(row => row.messageId)}::uuid[]))
      and call_id >= ${lowestId} and attempts is not null`;
}

export async function replaceAttempts(
  tx: Tx,
  table: 'webhook_calls' | 'webhook_history',
  { serverId, webhookId, callId }: CallAttempts,
  attempts: unknown,
): Promise<void> {
  await tx.query`
    update ${raw(table)} set attempts = ${JSON.stringify(attempts)}::jsonb
    where server_id = ${serverId} and webhook_id = ${webhookId} and call_id = ${callId}`;
}
