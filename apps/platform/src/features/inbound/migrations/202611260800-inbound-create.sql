-- Mail from the world for a customer: one row for each of his recipients that the envelope named. Partitioned by the version
-- 7 message id, dropped with its partition. The row is there before the sender hears 250; what stands behind `status` is
-- read out of the source a moment later.
create table inbound_messages (
  server_id bigint not null,
  message_id uuid not null,
  -- Where the source is: recipients of one SMTP message on one server share it.
  source_id uuid not null,
  received_at timestamptz not null,
  -- Of the envelope, as the client wrote it (Postmark's OriginalRecipient), and as matched.
  recipient text not null,
  recipient_key text not null,
  mailbox_hash text not null,
  -- Of the envelope; empty for the null sender.
  mail_from text not null,
  -- Queued: not posted yet. Scheduled: a post failed and will be tried again. Processed: posted, or stored where there is
  -- nothing to post to. Failed: all posts have failed. Blocked: a rule or the spam threshold keeps it back.
  status text not null default 'Queued' check (status in ('Queued', 'Scheduled', 'Processed', 'Failed', 'Blocked')),
  -- Also of what was blocked and then released.
  blocked_reason text,
  -- When it was read; null while it waits for that, and when it could not be read at all.
  processed_at timestamptz,
  -- As SpamAssassin scored it; null without a score.
  spam_score real,
  -- The first mailbox of From, and its address as matched; empty when there is none.
  from_name text not null default '',
  from_address text not null default '',
  from_key text not null default '',
  -- {"to": [], "cc": [], "bcc": []} of {"name", "address"}, as shown.
  mailboxes jsonb not null default '{}',
  reply_to text not null default '',
  subject text not null default '',
  -- The Date field as it stands.
  date text not null default '',
  tag text not null default '',
  -- [{"name", "contentType", "contentLength", "contentId"}]; null when there are none.
  attachments jsonb,
  primary key (server_id, message_id)
) partition by range (message_id);
create index inbound_messages_by_status on inbound_messages (server_id, status, message_id);
create index inbound_messages_by_sender on inbound_messages (server_id, from_key, message_id);

-- By whom a message may be searched: each address of To, Cc and the envelope, as matched. Partitioned like inbound_messages.
create table inbound_recipients (
  server_id bigint not null,
  message_id uuid not null,
  address_key text not null,
  primary key (server_id, address_key, message_id)
) partition by range (message_id);

-- The mail itself, once for each SMTP message and server. Partitioned by the version 7 source id, which is the id of the
-- first of its messages.
create table inbound_sources (
  server_id bigint not null,
  source_id uuid not null,
  -- As it came, compressed by us (zstd).
  source bytea not null,
  source_bytes integer not null,
  mail_from text not null,
  client_address text not null,
  helo text not null,
  is_encrypted boolean not null,
  -- What we say of it: [{"name", "value"}] of Return-Path, Received and what checks found, in the order in which they stand
  -- before the message's own fields. Null until it was read.
  fields jsonb,
  primary key (server_id, source_id)
) partition by range (source_id);
-- Our compression is better than PostgreSQL's; a second one would only cost time.
alter table inbound_sources alter column source set storage external;

-- Mail that is still to be read: open work only, deleted in the transaction that records what it holds.
create table inbound_queue (
  server_id bigint not null,
  source_id uuid not null,
  -- All the recipients of this mail on this server.
  message_ids uuid[] not null,
  source_bytes integer not null,
  due_at timestamptz not null,
  -- The process that is reading it; null while it waits.
  owner_process bigint,
  -- Counted when it is claimed, so that mail which kills processes is given up too.
  attempts smallint not null default 0,
  primary key (server_id, source_id)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_cost_delay = 0);
create index inbound_queue_waiting on inbound_queue (due_at) where owner_process is null;
create index inbound_queue_owned on inbound_queue (owner_process) where owner_process is not null;

-- What came within a day, so that mail whose 250 was lost, and which is therefore sent again, is stored once. Deleted by the
-- job inbound_fingerprints_deleted. Mail without a Message-ID has none: nobody can tell it from mail that is meant to be
-- the same.
create table inbound_fingerprints (
  server_id bigint not null,
  -- The first half of SHA-256 of envelope sender, recipient and source.
  fingerprint uuid not null,
  message_id uuid not null,
  received_at timestamptz not null,
  primary key (server_id, fingerprint)
);
create index inbound_fingerprints_by_age on inbound_fingerprints (received_at);

-- Senders whose mail is kept back: an address or a domain. Kept until its owner deletes it.
create table inbound_rules (
  server_id bigint not null,
  rule_id bigint generated always as identity,
  -- In lower case, the domain as A-labels.
  rule text not null,
  created_at timestamptz not null,
  primary key (server_id, rule_id)
);
create unique index inbound_rules_by_rule on inbound_rules (server_id, rule);
