-- For the erasure of a person's data: events that name an address and no message are few, and found by nothing else.
create index events_without_message on events (server_id, lower(recipient)) where message_id is null and recipient is not null;
