-- Opens: requests for the pixel of a recipient's copy, the first and the repeated ones. Partitioned by the version 7 id of
-- their message, dropped with its partition.
create table opens (
  server_id bigint not null,
  message_id uuid not null,
  hit_id uuid not null,
  recipient_number smallint not null,
  stream_id text not null,
  opened_at timestamptz not null,
  -- The first one of this recipient: what Postmark shows and counts.
  is_first boolean not null,
  reader_class text not null,
  -- The first one behind which a person is believed to be.
  is_first_human boolean not null,
  tag text,
  -- User agent, programs, place, reading time: as the event has them.
  reading jsonb not null,
  primary key (server_id, message_id, hit_id)
) partition by range (message_id);
create index opens_by_time on opens (server_id, stream_id, opened_at) where is_first;

-- Clicks on links of a recipient's copy, the first and the repeated ones. Partitioned by the version 7 id of their message,
-- dropped with its partition.
create table clicks (
  server_id bigint not null,
  message_id uuid not null,
  hit_id uuid not null,
  recipient_number smallint not null,
  stream_id text not null,
  clicked_at timestamptz not null,
  -- The first one of this recipient on this link, in whichever part it stands: what Postmark shows and counts.
  is_first boolean not null,
  reader_class text not null,
  -- The first one behind which a person is believed to be.
  is_first_human boolean not null,
  tag text,
  original_link text not null,
  click_location text not null check (click_location in ('HTML', 'Text')),
  -- User agent, programs, place: as the event has them.
  reading jsonb not null,
  primary key (server_id, message_id, hit_id)
) partition by range (message_id);
create index clicks_by_time on clicks (server_id, stream_id, clicked_at) where is_first;

-- What tracked links do not lead to any more: the operator's list, kept until he takes something off it. `domain` counts
-- for the targets of links and covers its subdomains; `server` and `message` count for all links of their mail.
create table blocked_links (
  kind text not null check (kind in ('domain', 'server', 'message')),
  value text not null,
  reason text not null,
  created_at timestamptz not null,
  primary key (kind, value)
);
