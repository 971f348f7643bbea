create sequence webhook_ids as bigint start with 100001;

-- Webhooks of streams, and the server's own hook URLs as hidden ones. Cell table; kept until deleted.
create table webhooks (
  server_id bigint not null,
  webhook_id bigint not null,
  stream_id text not null,
  -- The field of the server that it stands for; null for one made by the API.
  server_hook text check (server_hook in ('bounce', 'open', 'delivery', 'click', 'inbound')),
  -- URL, user and password, own headers, as encrypted JSON: each of them may be a secret.
  target_encrypted bytea not null,
  -- The keys that sign its calls, as encrypted JSON.
  signing_keys_encrypted bytea not null,
  -- Names of the enabled triggers.
  triggers text[] not null,
  posts_first_open_only boolean not null default false,
  includes_bounce_content boolean not null default false,
  includes_complaint_content boolean not null default false,
  is_verified boolean not null default true,
  -- Null follows the installation's settings.
  retry_schedule text check (retry_schedule in ('classic', 'postmark-2026', 'long')),
  connections_max smallint,
  state text not null default 'active' check (state in ('active', 'paused', 'failing')),
  state_since timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz,
  primary key (server_id, webhook_id)
);
create unique index webhooks_server_hook on webhooks (server_id, server_hook) where server_hook is not null;

-- Switches of a server that its webhooks obey. Cell table; kept as long as the server.
create table webhook_switches (
  server_id bigint primary key,
  -- Whether errors of SMTP submission go to the bounce hooks.
  posts_smtp_api_errors boolean not null
);
