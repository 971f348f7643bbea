-- The installation itself: one row. A process whose secret key cannot open the check value refuses to start.
create table installation (
  only_row boolean primary key default true check (only_row),
  secret_check bytea not null,
  created_at timestamptz not null
);

-- Customers of this installation. Directory; kept for ever.
create table accounts (
  account_id bigint generated always as identity primary key,
  name text not null,
  created_at timestamptz not null
);

-- Account API tokens. The hash finds a token, the encrypted copy lets the owner read it again.
create table account_tokens (
  token_id bigint generated always as identity primary key,
  account_id bigint not null references accounts,
  name text not null,
  token_hash bytea not null unique,
  token_encrypted bytea not null,
  created_at timestamptz not null,
  revoked_at timestamptz
);
create index account_tokens_by_account on account_tokens (account_id);
