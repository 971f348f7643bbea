-- What has been counted and not been added up yet: one row for each server, stream, tag and UTC hour of a batch of events,
-- written in their transaction. Nothing but inserts and the deletes of folding, so that no two transactions wait for a row.
create table stat_deltas (
  delta_id bigint generated always as identity primary key,
  server_id bigint not null,
  stream_id text collate "C" not null,
  -- A hash of the tag (features/stats/tag-key.ts); empty for what has none. Tags themselves are not kept.
  tag_key bytea not null,
  hour timestamptz not null,
  -- By counter, or `counter/label`: {"sent": 3, "bounces/HardBounce": 1}.
  counts jsonb not null
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
create index stat_deltas_by_server on stat_deltas (server_id);

-- Counts by US Eastern day, for ever: what was counted stays when its messages go. The empty tag_key counts everything,
-- with and without a tag.
create table stat_days (
  server_id bigint not null,
  tag_key bytea not null,
  -- Which ones there are: features/stats/counting-rules.ts.
  counter text collate "C" not null,
  stream_id text collate "C" not null,
  day date not null,
  -- What of the counter, such as the type of a bounce; empty where a counter has no parts.
  label text collate "C" not null,
  count bigint not null,
  primary key (server_id, tag_key, counter, stream_id, day, label) include (count)
);

-- The same by UTC hour, for the days of other time zones: the last hundred days.
create table stat_hours (
  server_id bigint not null,
  tag_key bytea not null,
  counter text collate "C" not null,
  stream_id text collate "C" not null,
  hour timestamptz not null,
  label text collate "C" not null,
  count bigint not null,
  primary key (server_id, tag_key, counter, stream_id, hour, label) include (count)
);
create index stat_hours_by_hour on stat_hours using brin (hour);
