// Every SQL statement on webhook_calls, webhook_history, webhook_endpoints and webhook_hours.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { raw, type Sql, sql } from '@pennyblack/runtime/database/sql.ts';
import { lockLiveProcessText } from '../processes/live-process.ts';
import type { CallTrigger } from '../webhooks/webhook.ts';
import type { Attempt, EndpointKey, FinishedState, NewCall, OpenCall } from './call.ts';

const insertCallsText = `
  insert into webhook_calls (server_id, webhook_id, order_key, call_id, event_id, trigger, includes_content, due_at)
  select * from unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::boolean[], $8::timestamptz[])`;

export async function insertCalls(tx: Tx, calls: readonly NewCall[]): Promise<void> {
  await tx.prepared('insert_webhook_calls', insertCallsText, [
    calls.map(call => call.serverId),
    calls.map(call => call.webhookId),
    calls.map(call => call.orderKey),
    calls.map(call => call.callId),
    calls.map(call => call.eventId),
    calls.map(call => call.trigger),
    calls.map(call => call.includesContent),
    calls.map(call => call.dueAt),
  ]);
}

// `due_at > '-infinity'` lets a statement use the index of due times, and `offset 0` keeps a look for the others of a key what
// it is, a few entries of the primary key: as a join it would read all calls of the webhook for each of them (measured).
const dueCallsText = `
  select wanted.server_id as "serverId", wanted.webhook_id as "webhookId", call.*
  from unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::int[])
    as wanted (server_id, webhook_id, not_before, calls_max)
  cross join lateral (
    select q.order_key as "orderKey", q.call_id as "callId", q.event_id as "eventId", q.trigger,
           q.includes_content as "includesContent", q.attempts_made as "attemptsMade", q.due_at as "dueAt",
           (select earlier.call_id from webhook_calls earlier
            where earlier.server_id = wanted.server_id and earlier.webhook_id = wanted.webhook_id
              and earlier.order_key = q.order_key and earlier.call_id < q.call_id
            order by earlier.call_id desc limit 1) as "behindCallId",
           exists (
             select 1 from webhook_calls later
             where later.server_id = wanted.server_id and later.webhook_id = wanted.webhook_id
               and later.order_key = q.order_key and later.call_id > q.call_id and later.due_at < q.due_at
             offset 0)
             as "holdsBackOthers"
    from webhook_calls q
    where q.server_id = wanted.server_id and q.webhook_id = wanted.webhook_id
      and q.due_at > '-infinity' and q.due_at >= wanted.not_before and q.due_at <= $5
      -- What comes after a call that waits for its next attempt waits with it, also while that attempt is due and not made:
      -- otherwise those that wait, which were due before, would leave no room for the one that they wait for.
      and not exists (
        select 1 from webhook_calls waiting
        where waiting.server_id = wanted.server_id and waiting.webhook_id = wanted.webhook_id
          and waiting.order_key = q.order_key and waiting.call_id < q.call_id and waiting.due_at > q.due_at
        offset 0)
    order by q.due_at, q.call_id
    limit wanted.calls_max
  ) as call
  order by "callId"`;

/**
 * `behindCallId` is the call of the same key that has to be made just before; `holdsBackOthers` says that some of the same
 * key were due before this one, and wait for it.
 */
export type DueCall = OpenCall & { dueAt: Date; behindCallId: string | null; holdsBackOthers: boolean };

export type WantedCalls = EndpointKey & {
  /** Skips what dead rows the index still holds below it. */
  notBefore: Date;
  callsMax: number;
};

/** Due calls of several webhooks, the oldest of each, in one statement. */
export async function listDueCalls(db: Queryable, wanted: readonly WantedCalls[], until: Date): Promise<DueCall[]> {
  return db.prepared<DueCall>('list_due_webhook_calls', dueCallsText, [
    wanted.map(each => each.serverId),
    wanted.map(each => each.webhookId),
    wanted.map(each => each.notBefore),
    wanted.map(each => each.callsMax),
    until,
  ]);
}

export type FinishedCall = EndpointKey & {
  orderKey: string;
  callId: string;
  state: FinishedState;
  /** Null for one that was discarded without an attempt. */
  attempt: Attempt | null;
};

const finishCallsText = `
  with gone as (
    delete from webhook_calls q
    using unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::uuid[], $5::text[], $6::jsonb[])
      as done (server_id, webhook_id, order_key, call_id, state, attempt)
    where q.server_id = done.server_id and q.webhook_id = done.webhook_id and q.order_key = done.order_key
      and q.call_id = done.call_id
    returning q.*, done.state, done.attempt
  )
  insert into webhook_history (server_id, webhook_id, call_id, order_key, event_id, trigger, includes_content, state,
                               attempts, finished_at)
  select server_id, webhook_id, call_id, order_key, event_id, trigger, includes_content, state,
         coalesce(attempts, '[]') || coalesce(attempt, '[]'), $7::timestamptz
  from gone`;

/** Moves calls into history. One that is not open any more, because another process was quicker, stays as it is. */
export async function finishCalls(tx: Tx, calls: readonly FinishedCall[], now: Date): Promise<void> {
  await tx.prepared('finish_webhook_calls', finishCallsText, [
    calls.map(call => call.serverId),
    calls.map(call => call.webhookId),
    calls.map(call => call.orderKey),
    calls.map(call => call.callId),
    calls.map(call => call.state),
    calls.map(call => (call.attempt === null ? null : JSON.stringify(call.attempt))),
    now,
  ]);
}

export type PostponedCall = EndpointKey & {
  orderKey: string;
  callId: string;
  dueAt: Date;
  attemptsMade: number;
  attempt: Attempt;
  /** The lease under which the attempt was made; a later owner's word stands. */
  leaseNumber: number;
};

const attemptsKeptMax = 100;

const postponeCallsText = `
  update webhook_calls q
  set due_at = later.due_at, attempts_made = later.attempts_made,
      attempts = case
        -- The same result is written again when nobody knows whether its commit happened.
        when q.attempts @> jsonb_build_array(later.attempt) then q.attempts
        -- The call that a failing webhook is probed with is made for as long as it fails.
        when jsonb_array_length(q.attempts) >= ${attemptsKeptMax} then q.attempts - 0 || later.attempt
        else coalesce(q.attempts, '[]') || later.attempt end
  from unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::smallint[], $7::jsonb[], $8::int[])
    as later (server_id, webhook_id, order_key, call_id, due_at, attempts_made, attempt, lease_number)
  join webhook_endpoints lease on lease.server_id = later.server_id and lease.webhook_id = later.webhook_id
    and lease.leases = later.lease_number
  where q.server_id = later.server_id and q.webhook_id = later.webhook_id and q.order_key = later.order_key
    and q.call_id = later.call_id`;

export async function postponeCalls(tx: Tx, calls: readonly PostponedCall[]): Promise<void> {
  await tx.prepared('postpone_webhook_calls', postponeCallsText, [
    calls.map(call => call.serverId),
    calls.map(call => call.webhookId),
    calls.map(call => call.orderKey),
    calls.map(call => call.callId),
    calls.map(call => call.dueAt),
    calls.map(call => call.attemptsMade),
    calls.map(call => JSON.stringify(call.attempt)),
    calls.map(call => call.leaseNumber),
  ]);
}

/** Deletes open calls of a webhook that is gone, at most `limit`. Answers what they were about. */
export async function deleteCallsOf(
  tx: Tx,
  { serverId, webhookId }: EndpointKey,
  limit: number,
): Promise<{ trigger: CallTrigger; orderKey: string }[]> {
  return tx.query<{ trigger: CallTrigger; orderKey: string }>`
    delete from webhook_calls
    where (server_id, webhook_id, order_key, call_id) in (
      select server_id, webhook_id, order_key, call_id from webhook_calls
      where server_id = ${serverId} and webhook_id = ${webhookId}
      limit ${limit})
    returning trigger, order_key as "orderKey"`;
}

/** Deletes open calls whose event is older than `beforeCallId`, at most `limit`. Answers how many. Reads the whole table. */
export async function deleteExpiredCalls(db: Queryable, beforeCallId: string, limit: number): Promise<number> {
  const rows = await db.query`
    delete from webhook_calls
    where (server_id, webhook_id, order_key, call_id) in (
      select server_id, webhook_id, order_key, call_id from webhook_calls where call_id < ${beforeCallId} limit ${limit})
    returning 1`;
  return rows.length;
}

/**
 * Makes all calls of a webhook due, each at the time of its event, so that the oldest go first. The time is read out of
 * the version 7 id (RFC 9562 5.7), because PostgreSQL has a function for it only from 17 on.
 */
export async function makeCallsDue(tx: Tx, { serverId, webhookId }: EndpointKey): Promise<void> {
  await tx.query`
    update webhook_calls
    set due_at = least(now(), to_timestamp(
      ('x' || lpad(substr(replace(call_id::text, '-', ''), 1, 12), 16, '0'))::bit(64)::bigint / 1000.0))
    where server_id = ${serverId} and webhook_id = ${webhookId} and due_at > now()`;
}

/** `ownerNumber` is the process that makes its calls. */
export type DueEndpoint = EndpointKey & { ownerNumber: number | null };

/** Every webhook that has something to do now. One look into the index for each webhook. */
export async function listDueEndpoints(db: Queryable, now: Date): Promise<DueEndpoint[]> {
  return db.prepared('list_due_webhook_endpoints', dueEndpointsText, [now]);
}

const dueEndpointsText = `
  with recursive ends as (
    (select server_id, webhook_id, due_at from webhook_calls
     where due_at > '-infinity' order by server_id, webhook_id, due_at limit 1)
    union all
    select next.server_id, next.webhook_id, next.due_at
    from ends cross join lateral (
      select server_id, webhook_id, due_at from webhook_calls
      where (server_id, webhook_id) > (ends.server_id, ends.webhook_id) and due_at > '-infinity'
      order by server_id, webhook_id, due_at
      limit 1) next
  )
  select server_id as "serverId", webhook_id as "webhookId", owner_process as "ownerNumber"
  from ends left join webhook_endpoints using (server_id, webhook_id)
  where due_at <= $1 and (rests_until is null or rests_until <= $1)`;

export type EndpointLease = EndpointKey & {
  leaseNumber: number;
  failuresInARow: number;
  failingSince: Date | null;
  probesMade: number;
};

const takeEndpointsText = `
  with live as (${lockLiveProcessText}),
  free as (
    select server_id, webhook_id
    from webhook_endpoints
    join unnest($2::bigint[], $3::bigint[]) as wanted (server_id, webhook_id) using (server_id, webhook_id)
    where owner_process is null or owner_process = $1
    order by server_id, webhook_id
    for update of webhook_endpoints skip locked
  )
  update webhook_endpoints e
  set owner_process = $1, leases = e.leases + 1
  from free, live
  where e.server_id = free.server_id and e.webhook_id = free.webhook_id
  returning e.server_id as "serverId", e.webhook_id as "webhookId", e.leases as "leaseNumber",
            e.failures_in_a_row as "failuresInARow", e.failing_since as "failingSince", e.probes_made as "probesMade"`;

/** Takes the webhooks that nobody has, or that this process has and knows nothing of, for one process while it lives. */
export async function takeEndpoints(
  tx: Tx,
  endpoints: readonly EndpointKey[],
  processNumber: number,
): Promise<EndpointLease[]> {
  const serverIds = endpoints.map(endpoint => endpoint.serverId);
  const webhookIds = endpoints.map(endpoint => endpoint.webhookId);
  await tx.query`
    insert into webhook_endpoints (server_id, webhook_id)
    select server_id, webhook_id
    from unnest(${serverIds}::bigint[], ${webhookIds}::bigint[]) as wanted (server_id, webhook_id)
    order by server_id, webhook_id
    on conflict do nothing`;
  return tx.prepared<EndpointLease>('take_webhook_endpoints', takeEndpointsText, [
    processNumber,
    serverIds,
    webhookIds,
  ]);
}

/** Gives a webhook back that is still this owner's. `restsUntil` keeps others from looking at it before. */
export async function releaseEndpoint(
  db: Queryable,
  lease: EndpointKey & { leaseNumber: number },
  restsUntil: Date | null,
): Promise<void> {
  await db.query`
    update webhook_endpoints set owner_process = null, rests_until = ${restsUntil}
    where server_id = ${lease.serverId} and webhook_id = ${lease.webhookId} and leases = ${lease.leaseNumber}`;
}

/** Webhooks of dead processes are free. */
export async function freeEndpoints(tx: Tx, processNumbers: readonly number[]): Promise<void> {
  await tx.query`
    update webhook_endpoints set owner_process = null where owner_process = any (${processNumbers}::bigint[])`;
}

export type Health = EndpointKey & {
  leaseNumber: number;
  failuresInARow: number;
  failingSince: Date | null;
  probesMade: number;
  restsUntil: Date | null;
};

const recordHealthText = `
  update webhook_endpoints e
  set failures_in_a_row = health.failures, failing_since = health.failing_since, probes_made = health.probes,
      rests_until = health.rests_until
  from unnest($1::bigint[], $2::bigint[], $3::int[], $4::int[], $5::timestamptz[], $6::int[], $7::timestamptz[])
    as health (server_id, webhook_id, lease_number, failures, failing_since, probes, rests_until)
  where e.server_id = health.server_id and e.webhook_id = health.webhook_id and e.leases = health.lease_number
    -- A probe that was under way while the webhook was resumed says nothing any more.
    and (health.probes = 0 or e.failing_since is not null)
  returning e.server_id as "serverId", e.webhook_id as "webhookId"`;

/** Answers those that are still the writer's, and were not resumed meanwhile. */
export async function recordHealth(tx: Tx, healths: readonly Health[]): Promise<EndpointKey[]> {
  return tx.prepared<EndpointKey>('record_webhook_health', recordHealthText, [
    healths.map(health => health.serverId),
    healths.map(health => health.webhookId),
    healths.map(health => health.leaseNumber),
    healths.map(health => health.failuresInARow),
    healths.map(health => health.failingSince),
    healths.map(health => health.probesMade),
    healths.map(health => health.restsUntil),
  ]);
}

/** Lets whoever makes the calls of a webhook look at it at once, as if it had never failed. */
export async function clearHealth(tx: Tx, { serverId, webhookId }: EndpointKey): Promise<void> {
  await tx.query`
    update webhook_endpoints
    set failures_in_a_row = 0, failing_since = null, probes_made = 0, rests_until = null
    where server_id = ${serverId} and webhook_id = ${webhookId}`;
}

export async function deleteEndpoint(tx: Tx, { serverId, webhookId }: EndpointKey): Promise<void> {
  await tx.query`delete from webhook_endpoints where server_id = ${serverId} and webhook_id = ${webhookId}`;
  await tx.query`delete from webhook_hours where server_id = ${serverId} and webhook_id = ${webhookId}`;
}

export type AttemptCounts = {
  requests: number;
  successes: number;
  failures: number;
  retries: number;
  slow: number;
  verySlow: number;
  /** Attempts that ended their call, and the time they took. */
  terminalRequests: number;
  terminalMilliseconds: number;
  /** Attempts after the first one of a call, and the time they took: `retries` counts them. */
  retryMilliseconds: number;
};

export type HourOfAttempts = EndpointKey & AttemptCounts & { trigger: CallTrigger; hour: Date };

const addHoursText = `
  insert into webhook_hours (server_id, webhook_id, trigger, hour, requests, successes, failures, retries, slow, very_slow,
                             terminal_requests, terminal_milliseconds, retry_milliseconds)
  select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::timestamptz[], $5::int[], $6::int[], $7::int[], $8::int[],
                       $9::int[], $10::int[], $11::int[], $12::bigint[], $13::bigint[])
  on conflict (server_id, webhook_id, trigger, hour) do update
  set requests = webhook_hours.requests + excluded.requests, successes = webhook_hours.successes + excluded.successes,
      failures = webhook_hours.failures + excluded.failures, retries = webhook_hours.retries + excluded.retries,
      slow = webhook_hours.slow + excluded.slow, very_slow = webhook_hours.very_slow + excluded.very_slow,
      terminal_requests = webhook_hours.terminal_requests + excluded.terminal_requests,
      terminal_milliseconds = webhook_hours.terminal_milliseconds + excluded.terminal_milliseconds,
      retry_milliseconds = webhook_hours.retry_milliseconds + excluded.retry_milliseconds`;

function keyText(row: HourOfAttempts): string {
  return (
    [row.serverId, row.webhookId].map(id => String(id).padStart(16, '0')).join() + row.trigger + row.hour.toISOString()
  );
}

/** Sorted by key, because two transactions that add to the same rows in another order would wait for each other for ever. */
export async function addHours(tx: Tx, hours: readonly HourOfAttempts[]): Promise<void> {
  const sorted = hours.toSorted((a, b) => (keyText(a) < keyText(b) ? -1 : 1));
  await tx.prepared('add_webhook_hours', addHoursText, [
    sorted.map(row => row.serverId),
    sorted.map(row => row.webhookId),
    sorted.map(row => row.trigger),
    sorted.map(row => row.hour),
    sorted.map(row => row.requests),
    sorted.map(row => row.successes),
    sorted.map(row => row.failures),
    sorted.map(row => row.retries),
    sorted.map(row => row.slow),
    sorted.map(row => row.verySlow),
    sorted.map(row => row.terminalRequests),
    sorted.map(row => row.terminalMilliseconds),
    sorted.map(row => row.retryMilliseconds),
  ]);
}

/** Of one webhook since an hour, added up for each trigger. */
export async function sumHours(
  db: Queryable,
  { serverId, webhookId }: EndpointKey,
  since: Date,
): Promise<(AttemptCounts & { trigger: CallTrigger })[]> {
  return db.query`
    select trigger, sum(requests)::int as requests, sum(successes)::int as successes, sum(failures)::int as failures,
           sum(retries)::int as retries, sum(slow)::int as slow, sum(very_slow)::int as "verySlow",
           sum(terminal_requests)::int as "terminalRequests",
           sum(terminal_milliseconds)::bigint as "terminalMilliseconds",
           sum(retry_milliseconds)::bigint as "retryMilliseconds"
    from webhook_hours
    where server_id = ${serverId} and webhook_id = ${webhookId} and hour >= ${since}
    group by trigger`;
}

export async function deleteHours(db: Queryable, before: Date): Promise<void> {
  await db.query`delete from webhook_hours where hour < ${before}`;
}

export type CallRow = {
  callId: string;
  eventId: string;
  trigger: CallTrigger;
  includesContent: boolean;
  /** `waiting` is still open. */
  state: CallState;
  attempts: Attempt[];
  /** Of an open call. */
  dueAt: Date | null;
  finishedAt: Date | null;
};

export type CallState = FinishedState | 'waiting';

export type CallFilter = {
  /** None: in any state. */
  states: readonly CallState[];
  trigger: CallTrigger | undefined;
  /** Ids from here … */
  fromCallId: string;
  /** … up to, and not including, here. */
  toCallId: string;
  /** Null: of any event. */
  eventIds: readonly string[] | null;
};

function openCalls({ serverId, webhookId }: EndpointKey, filter: CallFilter): Sql {
  return sql`
    select call_id, event_id, trigger, includes_content, 'waiting' as state, coalesce(attempts, '[]') as attempts, due_at,
           null::timestamptz as finished_at
    from webhook_calls
    where server_id = ${serverId} and webhook_id = ${webhookId} and call_id >= ${filter.fromCallId}
      and call_id < ${filter.toCallId}
      and (${filter.trigger ?? null}::text is null or trigger = ${filter.trigger ?? null})
      and (${filter.eventIds}::uuid[] is null or event_id = any (${filter.eventIds}::uuid[]))`;
}

/** The condition on the state stands in the text, so that the partial index of what did not succeed serves it. */
function stateCondition(states: readonly CallState[]): Sql {
  if (states.length === 0) return sql`true`;
  if (states.includes('succeeded')) return sql`state = any (${states}::text[])`;
  return sql`state <> 'succeeded' and state = any (${states}::text[])`;
}

function finishedCalls({ serverId, webhookId }: EndpointKey, filter: CallFilter): Sql {
  return sql`
    select call_id, event_id, trigger, includes_content, state, attempts, null::timestamptz as due_at, finished_at
    from webhook_history
    where server_id = ${serverId} and webhook_id = ${webhookId} and call_id >= ${filter.fromCallId}
      and call_id < ${filter.toCallId} and ${stateCondition(filter.states)}
      and (${filter.trigger ?? null}::text is null or trigger = ${filter.trigger ?? null})
      and (${filter.eventIds}::uuid[] is null or event_id = any (${filter.eventIds}::uuid[]))`;
}

/** Newest first. */
export async function listCalls(
  db: Queryable,
  endpoint: EndpointKey,
  filter: CallFilter,
  limit: number,
): Promise<CallRow[]> {
  const parts = {
    open: sql`(${openCalls(endpoint, filter)} order by call_id desc limit ${limit})`,
    finished: sql`(${finishedCalls(endpoint, filter)} order by call_id desc limit ${limit})`,
  };
  const isOpenOnly = filter.states.length > 0 && filter.states.every(state => state === 'waiting');
  const isFinishedOnly = filter.states.length > 0 && !filter.states.includes('waiting');
  const both = sql`${parts.open} union all ${parts.finished}`;
  const all = isOpenOnly ? parts.open : isFinishedOnly ? parts.finished : both;
  return db.query<CallRow>`
    select call_id as "callId", event_id as "eventId", trigger, includes_content as "includesContent", state, attempts,
           due_at as "dueAt", finished_at as "finishedAt"
    from (${all}) as call
    order by call_id desc
    limit ${limit}`;
}

/**
 * Takes finished calls out of history and makes them due again, oldest first, at most `limit`; their attempts stay with
 * them. Answers their ids in order.
 */
export async function reopenCalls(
  tx: Tx,
  { serverId, webhookId }: EndpointKey,
  filter: CallFilter,
  limit: number,
  now: Date,
): Promise<string[]> {
  const rows = await tx.query<{ callId: string }>`
    with chosen as (
      select call_id from (${finishedCalls({ serverId, webhookId }, filter)}) as finished order by call_id limit ${limit}
    ), gone as (
      delete from webhook_history h
      using chosen
      where h.server_id = ${serverId} and h.webhook_id = ${webhookId} and h.call_id = chosen.call_id
        and h.call_id >= ${filter.fromCallId} and h.call_id < ${filter.toCallId}
      returning h.*
    )
    insert into webhook_calls (server_id, webhook_id, order_key, call_id, event_id, trigger, includes_content, due_at, attempts)
    select server_id, webhook_id, order_key, call_id, event_id, trigger, includes_content, ${now}, attempts
    from gone
    order by call_id
    returning call_id as "callId"`;
  return rows.map(row => row.callId).sort();
}

/** Makes one open call due now. False when it is not open. */
export async function makeCallDue(
  tx: Tx,
  { serverId, webhookId }: EndpointKey,
  callId: string,
  now: Date,
): Promise<boolean> {
  const rows = await tx.query`
    update webhook_calls set due_at = least(due_at, ${now})
    where server_id = ${serverId} and webhook_id = ${webhookId} and call_id = ${callId}
    returning 1`;
  return rows.length > 0;
}

export async function countOpenCalls(db: Queryable, now: Date): Promise<{ isDue: boolean; count: number }[]> {
  return db.query`select due_at <= ${now} as "isDue", count(*)::int as count from webhook_calls group by 1`;
}

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
