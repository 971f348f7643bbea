-- For readers that follow the transactions in which events were recorded.
create index events_by_transaction on events (server_id, recorded_in, event_id);
