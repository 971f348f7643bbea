-- What the confirmation mail says beside its link; empty when nothing.
alter table sender_signatures add column personal_note text not null default '';
