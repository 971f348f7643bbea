-- A restored database goes on from a moment that readers of the feed have seen pass, and numbers other transactions with the same
-- numbers. So each life of a database has an epoch by chance, and a cursor of another one goes on by time.
alter table event_numbering add column epoch bigint not null default (random() * 1000000000)::bigint;
