-- For the erasure of a person's data: the finished calls about a message.
create index webhook_history_by_order on webhook_history (server_id, order_key);
