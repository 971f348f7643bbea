-- Recipients that are still to be delivered, and nothing else: a finished row is deleted, its outcome is an event.
create table delivery_queue (
  server_id bigint not null,
  message_id uuid not null,
  recipient_number smallint not null,
  -- 0 transactional, 1 broadcast.
  lane smallint not null,
  stream_id text not null,
  due_at timestamptz not null,
  -- The process that has the row in memory; null while it waits for its time.
  owner_process bigint,
  -- How often it was taken out of the queue. An owner repeats the number in what it writes, so that a write which is made
  -- again, because nobody answered the first, cannot touch the row after the same process has claimed it anew.
  claims integer not null default 0,
  attempts smallint not null default 0,
  -- How often an owner died with the row in hand. Pushes the row out, so that a message that kills processes cannot loop.
  reclaims smallint not null default 0,
  -- The final dot of an earlier attempt may have been sent and its answer was not recorded.
  is_uncertain boolean not null default false,
  -- Waits for a decision (a stream that holds uncertain recipients).
  is_held boolean not null default false,
  last_reply text,
  primary key (server_id, message_id, recipient_number)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_insert_scale_factor = 0.2, autovacuum_vacuum_cost_delay = 0);
create index delivery_queue_waiting on delivery_queue (lane, server_id, due_at) where owner_process is null and not is_held;

-- Insert-only: recipients whose final dot was about to be sent, one row for each batch. Thrown away a while after their process ended.
create table dot_marks (
  dot_mark_id bigint generated always as identity primary key,
  process_number bigint not null,
  marked_at timestamptz not null,
  server_ids bigint[] not null,
  message_ids uuid[] not null,
  recipient_numbers smallint[] not null,
  -- The attempt under way, counted from 1.
  attempts smallint[] not null
);
create index dot_marks_by_process on dot_marks (process_number);
