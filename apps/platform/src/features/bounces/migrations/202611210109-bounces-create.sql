create sequence bounce_ids as bigint start with 100001;

-- Bounces. Cell table; deleted in batches when the retention time is over.
create table bounces (
  server_id bigint not null,
  bounce_id bigint not null,
  message_id uuid not null,
  recipient_number smallint not null,
  stream_id text not null,
  type text not null,
  email_address text not null,
  address_key text not null,
  from_address text not null,
  subject text not null,
  tag text,
  -- What the remote server said.
  details text not null,
  bounced_at timestamptz not null,
  is_inactive boolean not null,
  can_activate boolean not null,
  primary key (server_id, bounce_id)
);
create index bounces_by_time on bounces (server_id, stream_id, bounced_at);
-- For the deletion of what is too old.
create index bounces_by_age on bounces (bounced_at);
create index bounces_by_message on bounces (server_id, message_id);
create index bounces_by_address on bounces (server_id, address_key);
