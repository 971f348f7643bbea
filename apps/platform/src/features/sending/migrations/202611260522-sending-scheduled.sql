-- Messages that wait for their SendAt: the whole message, as it was accepted. A row goes in the transaction that sends, cancels or refuses it. Outside of retention: it waits up to 90 days.
create table scheduled_messages (
  server_id bigint not null,
  -- What of the MessageID is not its time (uuid-v7.ts): stays when the time is changed, so that every id the message ever had leads here.
  id_tail text not null,
  -- Stamped with due_at.
  message_id uuid not null,
  stream_id text not null,
  -- 0 transactional, 1 broadcast, as in delivery_queue.
  lane smallint not null,
  due_at timestamptz not null,
  accepted_at timestamptz not null,
  -- What the list shows.
  from_display text not null,
  subject text not null,
  tag text,
  -- In the order To, Cc, Bcc: {recipientNumber, field, mailbox, addressKey}.
  recipients jsonb not null,
  track_opens boolean not null,
  track_links text not null,
  -- The same format as in message_contents.
  content bytea not null,
  primary key (server_id, id_tail)
) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
alter table scheduled_messages alter column content set storage external;
create index scheduled_messages_due on scheduled_messages (lane, due_at);
create index scheduled_messages_by_time on scheduled_messages (server_id, due_at, id_tail);

-- What became of messages that waited: sent, canceled or refused. Nothing about recipients. Kept as long as messages are.
create table scheduled_results (
  server_id bigint not null,
  id_tail text not null,
  -- The last one; of a message that was sent, the one in messages.
  message_id uuid not null,
  stream_id text not null,
  due_at timestamptz not null,
  accepted_at timestamptz not null,
  ended_at timestamptz not null,
  status text not null check (status in ('sent', 'canceled', 'refused')),
  -- Of a refused one: the name of the refusal (refusals.ts).
  refusal text,
  primary key (server_id, id_tail)
);
create index scheduled_results_by_time on scheduled_results (server_id, due_at, id_tail);
create index scheduled_results_by_age on scheduled_results (ended_at);
