-- What became of requests that came with an Idempotency-Key: one row for each message of a request, written in the transaction that accepts the message. Kept for 24 hours.
create table idempotency_keys (
  server_id bigint not null,
  -- SHA-256 of the caller's token and the key as it was given: a key may hold anything, also an address.
  key_hash bytea not null,
  -- From 0: which message of the request.
  item_number smallint not null,
  -- Tells another request under the same key.
  request_hash bytea not null,
  -- The result, encrypted under a key that only the request itself gives again.
  sealed_result bytea not null,
  created_at timestamptz not null,
  primary key (server_id, key_hash, item_number)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);
