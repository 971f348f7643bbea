-- A domain may name a host for return paths and one for tracked links, both below it; each counts from the moment that its
-- CNAME record was seen. `next_check_at` is when housekeeping looks at the records again;
-- `waiting_since` when somebody was last told to publish something.
alter table domains
  add column return_path_domain text,
  add column return_path_verified_at timestamptz,
  add column custom_tracking_domain text,
  add column custom_tracking_verified_at timestamptz,
  add column spf_verified_at timestamptz,
  add column waiting_since timestamptz not null default now(),
  add column next_check_at timestamptz not null default now();

create index domains_next_check on domains (next_check_at);

-- Keys come in pairs, an RSA and an Ed25519 one of the same generation; a rotation makes the next generation.
alter table dkim_keys add column generation int not null default 1;

-- What the DNS says about the records of a domain, as last seen. `state` is the last clear answer: a look-up that fails leaves
-- it as it is and says so in `failure`; `clear_at` is when the last clear answer came. Directory; goes with its domain.
create table domain_checks (
  domain_id bigint not null references domains,
  purpose text not null check (purpose in ('dkim', 'return_path', 'custom_tracking')),
  host text not null,
  state text check (state in ('found', 'missing', 'different')),
  found_value text,
  failure text,
  checked_at timestamptz not null,
  clear_at timestamptz,
  changed_at timestamptz,
  first_found_at timestamptz,
  missing_since timestamptz,
  primary key (domain_id, purpose, host)
);
