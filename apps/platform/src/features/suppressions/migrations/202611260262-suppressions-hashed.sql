-- Suppressions of people whose data was erased: the address is kept as a salted hash only, and still suppresses. Cell
-- table; kept for ever.
create table hashed_suppressions (
  server_id bigint not null,
  stream_id text not null,
  -- SHA-256 of the installation's salt and the address key.
  address_hash bytea not null,
  reason text not null check (reason in ('HardBounce', 'SpamComplaint', 'ManualSuppression')),
  origin text not null check (origin in ('Recipient', 'Customer', 'Admin')),
  created_at timestamptz not null,
  primary key (server_id, stream_id, address_hash)
);

-- One row: the salt of hashed_suppressions, so that hashes of known addresses from elsewhere say nothing. Kept for ever:
-- without it the people in there would get mail again.
create table suppression_salt (
  only_row boolean primary key default true check (only_row),
  salt bytea not null
);
insert into suppression_salt (salt)
  values (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));
