-- One row for each bulk request: one definition for many recipients, and how far it is. Deleted some time after its end,
-- as long as messages are kept.
create table bulk_requests (
  server_id bigint not null,
  -- UUIDv7; its time is when the request was accepted.
  bulk_id uuid not null,
  stream_id text not null,
  entries_total integer not null,
  -- Nothing is released before.
  release_at timestamptz not null,
  -- As it was given, before anything is put into it; null when there was none.
  subject text,
  -- The definition, compressed (pack-bulk.ts). Null once the request has ended.
  definition bytea,
  -- Its size before compression: how much memory each of its messages will take, roughly.
  definition_bytes integer not null,
  -- From now on nothing more is taken out of it.
  cancelled_at timestamptz,
  -- Nothing of it is open or under way any more. The two counts are null until then: they are read from the entries.
  ended_at timestamptz,
  released_count integer,
  failed_count integer,
  -- False once its entries were deleted, an hour after its end.
  has_entries boolean not null default true,
  primary key (server_id, bulk_id)
);
alter table bulk_requests alter column definition set storage external;
create index bulk_requests_open on bulk_requests (server_id, release_at) where ended_at is null;
create index bulk_requests_ended on bulk_requests (ended_at) where ended_at is not null;

-- One row for each entry of a bulk request: whom a message goes to, and what stands in it for them alone. What it says of
-- people is taken out in the transaction that ends it; the row is deleted an hour after the end of its request.
create table bulk_entries (
  server_id bigint not null,
  bulk_id uuid not null,
  -- Its place in the request, from 0.
  entry_number integer not null,
  -- The keys of its addresses, one in each line.
  address_keys text,
  content bytea,
  -- Null while it waits; then 'released' or 'failed', and never anything else again.
  outcome text check (outcome in ('released', 'failed')),
  -- The message that was made of it; null when there is none.
  message_id uuid,
  primary key (server_id, bulk_id, entry_number)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_insert_scale_factor = 0.2, autovacuum_vacuum_cost_delay = 0);

-- Servers that may not use the bulk API, because the operator has switched it off. Kept as long as the server.
create table bulk_switched_off (
  server_id bigint primary key,
  switched_off_at timestamptz not null
);
