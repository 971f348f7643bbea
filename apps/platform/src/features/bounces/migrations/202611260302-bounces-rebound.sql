-- Public tokens of Rebound: what a page may ask with whether an address has hard-bounced on a server. Not secret, so in
-- clear text. Directory table; kept until Rebound is turned off or the server is deleted.
create table rebound_tokens (
  server_id bigint primary key,
  public_token uuid not null unique,
  created_at timestamptz not null
);
