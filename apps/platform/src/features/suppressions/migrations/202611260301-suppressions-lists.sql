-- Beside the streams' own lists stand wider ones in the same table, so that one look-up in one index answers for all:
-- stream_id '*' is every stream of the server, and with server_id = minus the account's number every server of the account.
create index suppressions_by_age on suppressions (server_id, stream_id, created_at);
