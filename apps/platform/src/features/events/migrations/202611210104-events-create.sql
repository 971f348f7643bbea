-- What happened, for the timeline, webhooks, counts and the pull feed. Partitioned by its own version 7 id, dropped with its partition.
create table events (
  server_id bigint not null,
  event_id uuid not null,
  kind text not null,
  message_id uuid,
  recipient_number smallint,
  stream_id text,
  recipient text,
  occurred_at timestamptz not null,
  details jsonb not null,
  -- The transaction that recorded it: a reader that follows this never skips an event that committed late.
  recorded_in xid8 not null default pg_current_xact_id(),
  primary key (server_id, event_id)
) partition by range (event_id);
create index events_by_message on events (server_id, message_id) where message_id is not null;
