-- Settings of the Server API. The hash is the local part of the server's inbound address: made once, never changed.
alter table servers
  add column smtp_api_activated boolean not null default true,
  add column raw_email_enabled boolean not null default false,
  add column inbound_hash text not null default replace(gen_random_uuid()::text, '-', ''),
  -- In lower case, as A-labels.
  add column inbound_domain text,
  add column inbound_spam_threshold smallint not null default 0,
  -- When all that belonged to a deleted server was gone.
  add column purged_at timestamptz;
create unique index servers_inbound_hash on servers (inbound_hash);
create unique index servers_inbound_domain on servers (inbound_domain) where deleted_at is null;
create index servers_to_purge on servers (deleted_at) where deleted_at is not null and purged_at is null;

-- What its owner calls a token.
alter table server_tokens add column name text not null default 'First token';
