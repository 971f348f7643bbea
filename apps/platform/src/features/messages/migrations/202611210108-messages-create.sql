-- Accepted messages. Partitioned by the version 7 message id, dropped with the partition.
create table messages (
  server_id bigint not null,
  message_id uuid not null,
  stream_id text not null,
  received_at timestamptz not null,
  -- As shown, and as matched (address key).
  from_display text not null,
  from_key text not null,
  subject text not null,
  tag text,
  -- File names; null when there are none.
  attachment_names jsonb,
  metadata jsonb,
  track_opens boolean not null,
  track_links text not null,
  is_sandboxed boolean not null,
  primary key (server_id, message_id)
) partition by range (message_id);
create index messages_by_stream on messages (server_id, stream_id, message_id);
create index messages_by_tag on messages (server_id, lower(tag), message_id) where tag is not null;

-- The body once for each message, compressed by us. Partitioned like messages.
create table message_contents (
  server_id bigint not null,
  message_id uuid not null,
  -- 1: JSON of the fields (features/messages/message-content.ts), zstd.
  format smallint not null,
  content bytea not null,
  primary key (server_id, message_id)
) partition by range (message_id);
-- Our compression is better than PostgreSQL's; a second one would only cost time.
alter table message_contents alter column content set storage external;

-- One row for each recipient, never changed: the final state is the recipient's final event. Partitioned like messages.
create table message_recipients (
  server_id bigint not null,
  message_id uuid not null,
  recipient_number smallint not null,
  field text not null check (field in ('To', 'Cc', 'Bcc')),
  address text not null,
  address_key text not null,
  name text not null,
  primary key (server_id, message_id, recipient_number)
) partition by range (message_id);
create index message_recipients_by_address on message_recipients (server_id, address_key, message_id);
