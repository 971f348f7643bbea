-- Requests to erase a recipient's data. Kept for ever, without the addresses once they are done: the row proves that it was.
create table data_removals (
  data_removal_id bigint generated always as identity (start with 1001) primary key,
  account_id bigint not null references accounts,
  -- Who asked; null once it is done, or eight days later when he was to be told.
  requested_by text,
  -- Whose data; null once it is done.
  requested_for text,
  requested_at timestamptz not null,
  completed_at timestamptz,
  -- Whether a mail that tells requested_by of the end is still to be queued.
  is_notice_due boolean not null
);
create index data_removals_open on data_removals (data_removal_id) where completed_at is null;
create index data_removals_untold on data_removals (data_removal_id) where completed_at is not null and is_notice_due;
