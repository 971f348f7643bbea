-- Addresses that a stream no longer writes to. Cell table; kept for ever.
create table suppressions (
  server_id bigint not null,
  stream_id text not null,
  address_key text not null,
  email_address text not null,
  reason text not null check (reason in ('HardBounce', 'SpamComplaint', 'ManualSuppression')),
  origin text not null check (origin in ('Recipient', 'Customer', 'Admin')),
  created_at timestamptz not null,
  primary key (server_id, stream_id, address_key)
);
