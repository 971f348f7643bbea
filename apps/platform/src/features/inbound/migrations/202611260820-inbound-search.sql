-- Searches by what mail seldom has: what a customer put into the address, and the X-Tag field.
create index inbound_messages_by_hash on inbound_messages (server_id, mailbox_hash, message_id) where mailbox_hash <> '';
create index inbound_messages_by_tag on inbound_messages (server_id, lower(tag), message_id) where tag <> '';
