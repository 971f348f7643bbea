-- Running processes. A lease belongs to a process: renewed every 5 s, dead after 20 s. Rows of work carry its number.
create table processes (
  process_number bigint generated always as identity primary key,
  host_name text not null,
  roles text[] not null,
  started_at timestamptz not null,
  renewed_at timestamptz not null,
  -- Set when the lease has run out or the process has said goodbye: its work is free.
  ended_at timestamptz
);
create index processes_live on processes (renewed_at) where ended_at is null;

-- Work that is done again and again (partitions, purges), claimed by one process at a time.
create table upkeep_jobs (
  name text primary key,
  next_at timestamptz not null,
  owner_process bigint,
  claimed_at timestamptz,
  last_error text
);
