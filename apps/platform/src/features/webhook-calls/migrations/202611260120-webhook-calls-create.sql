-- Calls still to be made, and nothing else: a finished one moves to webhook_history. Its body is built from the event.
create table webhook_calls (
  server_id bigint not null,
  webhook_id bigint not null,
  -- Calls with the same key are made one after another, oldest first: the message, or what else the event is about.
  order_key uuid not null,
  -- Version 7. The trace id of all attempts.
  call_id uuid not null,
  event_id uuid not null,
  trigger text not null,
  includes_content boolean not null,
  due_at timestamptz not null,
  -- Failed attempts of the present round; a replay begins a new one.
  attempts_made smallint not null default 0,
  -- All attempts so far, oldest first.
  attempts jsonb,
  primary key (server_id, webhook_id, order_key, call_id)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_insert_scale_factor = 0.2, autovacuum_vacuum_cost_delay = 0);
-- Its condition holds for every row. Only statements that repeat it may use the index: those that look for the others of a
-- key would otherwise be planned by it while the table has no statistics, and read all calls of the webhook for each call.
create index webhook_calls_due on webhook_calls (server_id, webhook_id, due_at, call_id)
  where due_at > '-infinity';

-- Finished calls with their attempts. Partitioned by the call's version 7 id, dropped with its partition.
create table webhook_history (
  server_id bigint not null,
  webhook_id bigint not null,
  call_id uuid not null,
  order_key uuid not null,
  event_id uuid not null,
  trigger text not null,
  includes_content boolean not null,
  state text not null check (state in ('succeeded', 'failed', 'stopped', 'discarded')),
  attempts jsonb not null,
  finished_at timestamptz not null,
  primary key (server_id, webhook_id, call_id)
) partition by range (call_id);
create index webhook_history_unsuccessful on webhook_history (server_id, webhook_id, call_id) where state <> 'succeeded';

-- Who makes the calls of a webhook, and how it has fared lately. Cell table; goes with its webhook.
create table webhook_endpoints (
  server_id bigint not null,
  webhook_id bigint not null,
  -- The process that makes its calls; null when nobody does.
  owner_process bigint,
  -- How often it was taken. An owner repeats the number in what it writes.
  leases integer not null default 0,
  failures_in_a_row integer not null default 0,
  failing_since timestamptz,
  -- Calls made since it counts as failing, one at a time, to see whether it is back.
  probes_made integer not null default 0,
  -- Nothing is looked for before: it is failing or paused. Null when there is nothing to wait for.
  rests_until timestamptz,
  primary key (server_id, webhook_id)
) with (fillfactor = 50);
create index webhook_endpoints_owned on webhook_endpoints (owner_process) where owner_process is not null;

-- Attempts by webhook, trigger and UTC hour, for its statistics. Cell table; kept for two days.
create table webhook_hours (
  server_id bigint not null,
  webhook_id bigint not null,
  trigger text not null,
  hour timestamptz not null,
  requests integer not null,
  successes integer not null,
  failures integer not null,
  retries integer not null,
  slow integer not null,
  very_slow integer not null,
  terminal_requests integer not null,
  terminal_milliseconds bigint not null,
  retry_milliseconds bigint not null,
  primary key (server_id, webhook_id, trigger, hour)
) with (fillfactor = 50);
