// Every SQL statement on webhooks and webhook_switches.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { empty, sql } from '@pennyblack/runtime/database/sql.ts';
import type { ListeningWebhook } from './find-listening.ts';
import type { ServerHookName, Webhook, WebhookState } from './webhook.ts';

/** A webhook as it is stored: what may hold a secret is encrypted. */
export type WebhookRow = Omit<Webhook, 'target' | 'signingKeys'> & {
  targetEncrypted: Buffer;
  signingKeysEncrypted: Buffer;
};

const columns = sql`
  server_id as "serverId", webhook_id as "webhookId", stream_id as "streamId", server_hook as "serverHook",
  target_encrypted as "targetEncrypted", signing_keys_encrypted as "signingKeysEncrypted", triggers,
  posts_first_open_only as "postsFirstOpenOnly", includes_bounce_content as "includesBounceContent",
  includes_complaint_content as "includesComplaintContent", is_verified as "isVerified",
  retry_schedule as "retrySchedule", connections_max as "connectionsMax", state, state_since as "stateSince"`;

export async function insertWebhookRow(tx: Tx, webhook: Omit<WebhookRow, 'webhookId'>, now: Date): Promise<number> {
  const rows = await tx.query<{ webhookId: number }>`
    insert into webhooks (
      server_id, webhook_id, stream_id, server_hook, target_encrypted, signing_keys_encrypted, triggers,
      posts_first_open_only, includes_bounce_content, includes_complaint_content, is_verified, retry_schedule,
      connections_max, state, state_since, created_at)
    values (
      ${webhook.serverId}, nextval('webhook_ids'), ${webhook.streamId}, ${webhook.serverHook},
      ${webhook.targetEncrypted}, ${webhook.signingKeysEncrypted}, ${webhook.triggers}, ${webhook.postsFirstOpenOnly},
      ${webhook.includesBounceContent}, ${webhook.includesComplaintContent}, ${webhook.isVerified},
      ${webhook.retrySchedule}, ${webhook.connectionsMax}, ${webhook.state}, ${webhook.stateSince}, ${now})
    returning webhook_id as "webhookId"`;
  const [row] = rows;
  if (!row) throw new Error('The database answered no id for a new webhook.');
  return row.webhookId;
}

/** State is not among what it writes: updateState does that. */
export async function updateWebhookRow(
  tx: Tx,
  webhook: Omit<WebhookRow, 'serverHook' | 'streamId' | 'state' | 'stateSince'>,
  now: Date,
): Promise<void> {
  await tx.query`
    update webhooks
    set target_encrypted = ${webhook.targetEncrypted}, signing_keys_encrypted = ${webhook.signingKeysEncrypted},
        triggers = ${webhook.triggers}, posts_first_open_only = ${webhook.postsFirstOpenOnly},
        includes_bounce_content = ${webhook.includesBounceContent},
        includes_complaint_content = ${webhook.includesComplaintContent}, is_verified = ${webhook.isVerified},
        retry_schedule = ${webhook.retrySchedule}, connections_max = ${webhook.connectionsMax}, updated_at = ${now}
    where server_id = ${webhook.serverId} and webhook_id = ${webhook.webhookId}`;
}

/** False when there is none. */
export async function deleteWebhookRow(tx: Tx, serverId: number, webhookId: number): Promise<boolean> {
  const rows = await tx.query`
    delete from webhooks where server_id = ${serverId} and webhook_id = ${webhookId} returning 1`;
  return rows.length > 0;
}

/** Oldest first. */
export async function listWebhookRows(
  db: Queryable,
  serverId: number,
  filter: { streamId?: string | undefined; isVerified?: boolean | undefined; includesServerHooks: boolean },
): Promise<WebhookRow[]> {
  const { streamId, isVerified, includesServerHooks } = filter;
  return db.query<WebhookRow>`
    select ${columns}
    from webhooks
    where server_id = ${serverId}
      ${streamId === undefined ? empty : sql`and stream_id = ${streamId}`}
      ${isVerified === undefined ? empty : sql`and is_verified = ${isVerified}`}
      ${includesServerHooks ? empty : sql`and server_hook is null`}
    order by webhook_id`;
}

export async function findWebhookRow(
  db: Queryable,
  serverId: number,
  webhookId: number,
): Promise<WebhookRow | undefined> {
  const rows = await db.query<WebhookRow>`
    select ${columns} from webhooks where server_id = ${serverId} and webhook_id = ${webhookId}`;
  return rows[0];
}

/** The row stays locked until the transaction ends, so that two edits cannot interleave. */
export async function lockWebhookRow(tx: Tx, serverId: number, webhookId: number): Promise<WebhookRow | undefined> {
  const rows = await tx.query<WebhookRow>`
    select ${columns} from webhooks where server_id = ${serverId} and webhook_id = ${webhookId} for update`;
  return rows[0];
}

/** In the order of their ids. */
export async function lockWebhookRows(tx: Tx, keys: readonly { serverId: number; webhookId: number }[]): Promise<void> {
  await tx.query`
    select 1
    from webhooks
    join unnest(${keys.map(key => key.serverId)}::bigint[], ${keys.map(key => key.webhookId)}::bigint[])
      as wanted (server, webhook) on server_id = wanted.server and webhook_id = wanted.webhook
    order by server_id, webhook_id
    for update of webhooks`;
}

export async function findWebhookRows(
  db: Queryable,
  keys: readonly { serverId: number; webhookId: number }[],
): Promise<WebhookRow[]> {
  return db.query<WebhookRow>`
    select ${columns}
    from webhooks
    join unnest(${keys.map(key => key.serverId)}::bigint[], ${keys.map(key => key.webhookId)}::bigint[])
      as wanted (server, webhook) on server_id = wanted.server and webhook_id = wanted.webhook`;
}

/** The hidden ones that stand for the server's own hook URLs do not count. */
export async function countWebhookRows(db: Queryable, serverId: number, streamId: string): Promise<number> {
  const rows = await db.query<{ count: number }>`
    select count(*)::int as count
    from webhooks
    where server_id = ${serverId} and stream_id = ${streamId} and server_hook is null`;
  return rows[0]?.count ?? 0;
}

export async function updateVerified(
  tx: Tx,
  serverId: number,
  webhookId: number,
  isVerified: boolean,
  now: Date,
): Promise<void> {
  await tx.query`
    update webhooks set is_verified = ${isVerified}, updated_at = ${now}
    where server_id = ${serverId} and webhook_id = ${webhookId}`;
}

export async function updateSigningKeys(
  tx: Tx,
  serverId: number,
  webhookId: number,
  signingKeysEncrypted: Buffer,
  now: Date,
): Promise<void> {
  await tx.query`
    update webhooks set signing_keys_encrypted = ${signingKeysEncrypted}, updated_at = ${now}
    where server_id = ${serverId} and webhook_id = ${webhookId}`;
}

/**
 * The stream of the webhook whose state has changed; undefined when there is no such webhook, or it was in that state.
 * One that its customer has paused does not become `failing`.
 */
export async function updateState(
  tx: Tx,
  serverId: number,
  webhookId: number,
  state: WebhookState,
  now: Date,
  onlyFrom: WebhookState | undefined,
): Promise<string | undefined> {
  const rows = await tx.query<{ streamId: string }>`
    update webhooks set state = ${state}, state_since = ${now}
    where server_id = ${serverId} and webhook_id = ${webhookId} and state <> ${state}
      and not (state = 'paused' and ${state} = 'failing')
      and (${onlyFrom ?? null}::text is null or state = ${onlyFrom ?? null})
    returning stream_id as "streamId"`;
  return rows[0]?.streamId;
}

/** Makes the hidden row or changes it; id, signing keys and state of one that is there stay. */
export async function upsertServerHookRow(
  tx: Tx,
  hook: Omit<WebhookRow, 'webhookId' | 'serverHook'> & { serverHook: ServerHookName },
  now: Date,
): Promise<void> {
  await tx.query`
    insert into webhooks (
      server_id, webhook_id, stream_id, server_hook, target_encrypted, signing_keys_encrypted, triggers,
      posts_first_open_only, includes_bounce_content, includes_complaint_content, state_since, created_at)
    values (
      ${hook.serverId}, nextval('webhook_ids'), ${hook.streamId}, ${hook.serverHook}, ${hook.targetEncrypted},
      ${hook.signingKeysEncrypted}, ${hook.triggers}, ${hook.postsFirstOpenOnly}, ${hook.includesBounceContent},
      ${hook.includesComplaintContent}, ${hook.stateSince}, ${now})
    on conflict (server_id, server_hook) where server_hook is not null
    do update set target_encrypted = excluded.target_encrypted, triggers = excluded.triggers,
                  posts_first_open_only = excluded.posts_first_open_only,
                  includes_bounce_content = excluded.includes_bounce_content,
                  includes_complaint_content = excluded.includes_complaint_content, updated_at = ${now}`;
}

export async function deleteServerHookRows(
  tx: Tx,
  serverId: number,
  serverHooks: readonly ServerHookName[],
): Promise<void> {
  await tx.query`delete from webhooks where server_id = ${serverId} and server_hook = any(${serverHooks})`;
}

export async function upsertSwitches(tx: Tx, serverId: number, postsSmtpApiErrors: boolean): Promise<void> {
  await tx.query`
    insert into webhook_switches (server_id, posts_smtp_api_errors)
    values (${serverId}, ${postsSmtpApiErrors})
    on conflict (server_id) do update set posts_smtp_api_errors = excluded.posts_smtp_api_errors`;
}

const listeningText = `
  select webhook.server_id as "serverId", webhook.webhook_id as "webhookId", webhook.stream_id as "streamId",
         webhook.triggers, webhook.posts_first_open_only as "postsFirstOpenOnly",
         webhook.includes_bounce_content as "includesBounceContent",
         webhook.includes_complaint_content as "includesComplaintContent",
         coalesce(switches.posts_smtp_api_errors, false) as "postsSmtpApiErrors"
  from webhooks webhook
  left join webhook_switches switches using (server_id)
  where webhook.server_id = any($1::bigint[]) and webhook.is_verified
  order by webhook.server_id, webhook.webhook_id`;

export async function listListening(tx: Tx, serverIds: readonly number[]): Promise<ListeningWebhook[]> {
  return tx.prepared<ListeningWebhook>('listening_webhooks', listeningText, [serverIds]);
}
