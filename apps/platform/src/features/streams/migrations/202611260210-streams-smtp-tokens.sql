create index message_streams_archived on message_streams (archived_at) where archived_at is not null;

-- Credentials for SMTP submission, each for one stream. Directory: an access key alone finds its server. Kept until
-- deleted, or until the stream or the server is purged.
create table smtp_tokens (
  smtp_token_id bigint generated always as identity (start with 1001) primary key,
  server_id bigint not null,
  stream_id text not null,
  name text not null,
  access_key_hash bytea not null unique,
  access_key_encrypted bytea not null,
  secret_key_hash bytea not null,
  -- Mechanisms such as CRAM-MD5 need the secret itself.
  secret_key_encrypted bytea not null,
  created_at timestamptz not null
);
create index smtp_tokens_by_stream on smtp_tokens (server_id, stream_id);
