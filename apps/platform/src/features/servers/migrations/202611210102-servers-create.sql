-- Servers: the unit that owns messages, tokens and streams. Directory. Ids start high: 0 and 1 mean something to clients.
create table servers (
  server_id bigint generated always as identity (start with 1001) primary key,
  account_id bigint not null references accounts,
  name text not null,
  color text not null default 'purple',
  delivery_type text not null default 'Live' check (delivery_type in ('Live', 'Sandbox')),
  track_opens boolean not null default false,
  track_links text not null default 'None' check (track_links in ('None', 'HtmlAndText', 'HtmlOnly', 'TextOnly')),
  created_at timestamptz not null,
  deleted_at timestamptz
);
create unique index servers_name on servers (account_id, lower(name)) where deleted_at is null;

-- Server API tokens, several for each server.
create table server_tokens (
  token_id bigint generated always as identity primary key,
  server_id bigint not null references servers,
  token_hash bytea not null unique,
  token_encrypted bytea not null,
  created_at timestamptz not null,
  revoked_at timestamptz
);
create index server_tokens_by_server on server_tokens (server_id);
