-- People who log in to the web app. Directory; kept until deleted. A login belongs to one account.
create table users (
  user_id bigint generated always as identity (start with 1001) primary key,
  account_id bigint not null references accounts,
  email_address text not null,
  address_key text not null unique,
  -- One owner and any number of admins may do everything; a member only what user_servers says.
  role text not null check (role in ('owner', 'admin', 'member')),
  -- scrypt with its parameters and salt (accounts/password.ts).
  password_hash text not null,
  created_at timestamptz not null,
  password_changed_at timestamptz not null
);
create unique index users_owner on users (account_id) where role = 'owner';
create index users_by_account on users (account_id);

-- The servers that a member may use. Directory; goes with its user.
create table user_servers (
  user_id bigint not null references users on delete cascade,
  server_id bigint not null,
  primary key (user_id, server_id)
);

-- Log-ins that are open. The token is kept as its hash only. Deleted by the job sessions_deleted once they are over.
create table user_sessions (
  session_id bigint generated always as identity primary key,
  user_id bigint not null references users on delete cascade,
  token_hash bytea not null unique,
  opened_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz
);
create index user_sessions_by_user on user_sessions (user_id);
create index user_sessions_by_expiry on user_sessions (expires_at);

-- Failed log-ins of one login or one client address in one window of time. Deleted by the job sessions_deleted.
create table login_attempts (
  -- Hash of what is counted, so that nobody's address is kept for a typing error.
  counted bytea primary key,
  attempts integer not null,
  window_ends_at timestamptz not null
);
create index login_attempts_by_end on login_attempts (window_ends_at);
