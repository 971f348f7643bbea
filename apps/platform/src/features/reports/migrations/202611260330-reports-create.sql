-- Mail that came back (bounces, complaints, answers of machines) and is still to be read: open work only. A row is there
-- before its sender hears 250, and is deleted in the transaction that records what it says. One row for each envelope
-- recipient. No server_id leads the key: whose report it is, is known when it was read.
create table inbound_reports (
  report_id bigint generated always as identity primary key,
  -- The envelope recipient: a return path, or an address of the mail host for complaints.
  recipient text not null,
  -- Empty for the null sender.
  mail_from text not null,
  received_at timestamptz not null,
  -- Compressed by us (zstd); the first two megabytes.
  source bytea not null,
  due_at timestamptz not null,
  -- The process that is reading it; null while it waits.
  owner_process bigint,
  -- Counted when it is claimed, so that a report which kills processes is given up too.
  attempts smallint not null default 0
);
alter table inbound_reports alter column source set storage external;
create index inbound_reports_waiting on inbound_reports (due_at) where owner_process is null;
create index inbound_reports_owned on inbound_reports (owner_process) where owner_process is not null;

-- What came in the last days, so that a report whose 250 was lost, and which is therefore sent again, is no second bounce.
-- Deleted after six days by the job report_fingerprints_deleted: mail servers give up after five.
create table inbound_report_fingerprints (
  -- SHA-256 of envelope recipient and source.
  fingerprint bytea primary key,
  received_at timestamptz not null
);
create index inbound_report_fingerprints_by_age on inbound_report_fingerprints (received_at);
