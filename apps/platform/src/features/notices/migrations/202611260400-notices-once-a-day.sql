-- Whether there was a notice about the same within the last day.
create index notices_by_subject on notices (kind, about, created_at);
