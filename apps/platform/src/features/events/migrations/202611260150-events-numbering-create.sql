-- Which PostgreSQL server numbers the transactions in events.recorded_in: one row. Another one than the server that is
-- found at a start means that the database was moved by a dump. Cell table.
create table event_numbering (
  is_only boolean primary key default true check (is_only),
  system_identifier text not null
);
