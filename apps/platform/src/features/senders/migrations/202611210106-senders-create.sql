-- Sender signatures: single addresses that their owner has confirmed. Directory.
create table sender_signatures (
  sender_id bigint generated always as identity (start with 1001) primary key,
  account_id bigint not null references accounts,
  email_address text not null,
  address_key text not null,
  name text not null,
  reply_to text,
  created_at timestamptz not null,
  confirmed_at timestamptz,
  unique (account_id, address_key)
);
