-- Mail of the installation itself that waits to be sent, and what became of it: written in the transaction that wants it, handed
-- to sending afterwards. `about` names what it is about, so that the same wish twice is one mail. Kept for 45 days after its end.
create table notices (
  notice_id bigint generated always as identity primary key,
  kind text not null,
  about text not null,
  details jsonb not null,
  created_at timestamptz not null,
  due_at timestamptz not null,
  attempts int not null default 0,
  last_error text,
  ended_at timestamptz,
  outcome text check (outcome in ('accepted', 'not_needed', 'given_up')),
  server_id bigint,
  message_id uuid
);

create index notices_due on notices (due_at) where ended_at is null;
create unique index notices_open on notices (kind, about) where ended_at is null;

-- The server that the installation's own mail is sent from; of an account of its own, and without a token. One row, for ever.
create table notice_server (
  only_row boolean primary key default true check (only_row),
  account_id bigint not null references accounts,
  server_id bigint not null references servers
);
