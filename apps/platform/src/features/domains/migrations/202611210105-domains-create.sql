-- Sending domains, A-labels in lower case. Directory. The row without an account is the installation's own domain.
create table domains (
  domain_id bigint generated always as identity (start with 1001) primary key,
  account_id bigint references accounts,
  name text not null,
  created_at timestamptz not null,
  verified_at timestamptz,
  verified_by text check (verified_by in ('operator', 'dns')),
  unique nulls not distinct (account_id, name)
);

-- DKIM keys; the private half is encrypted. Only active keys sign.
create table dkim_keys (
  dkim_key_id bigint generated always as identity primary key,
  domain_id bigint not null references domains,
  selector text not null,
  algorithm text not null check (algorithm in ('rsa-sha256', 'ed25519-sha256')),
  private_key_encrypted bytea not null,
  public_key text not null,
  state text not null check (state in ('pending', 'active', 'revoked')),
  created_at timestamptz not null,
  activated_at timestamptz,
  revoked_at timestamptz,
  unique (domain_id, selector)
);
