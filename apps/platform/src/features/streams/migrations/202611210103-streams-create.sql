-- Message streams. Cell table: server_id leads. Kept until the stream is purged.
create table message_streams (
  server_id bigint not null,
  stream_id text not null,
  name text not null,
  description text,
  stream_type text not null check (stream_type in ('Transactional', 'Broadcasts', 'Inbound')),
  unsubscribe_handling text not null default 'None' check (unsubscribe_handling in ('None', 'Postmark', 'Custom')),
  -- After a crash a recipient whose final dot may have been sent is sent again, or held until somebody decides.
  uncertain_recipients text not null default 'send_again' check (uncertain_recipients in ('send_again', 'hold')),
  created_at timestamptz not null,
  updated_at timestamptz,
  archived_at timestamptz,
  primary key (server_id, stream_id)
);
