-- Who refused the message, and whether the bounce came later, as a report by mail.
alter table bounces
  add column host text not null default '',
  add column ip text not null default '',
  add column is_reported boolean not null default false;

-- Reports of bounces as they came by mail, compressed (zstd). Cell table; deleted 30 days after they came, by the job
-- bounce_dumps_deleted.
create table bounce_dumps (
  server_id bigint not null,
  bounce_id bigint not null,
  stored_at timestamptz not null,
  source bytea not null,
  primary key (server_id, bounce_id)
);
alter table bounce_dumps alter column source set storage external;
-- For the deletion of what is too old.
create index bounce_dumps_by_age on bounce_dumps (stored_at);
