// Every table whose rows belong to a server, and by what they belong to one of its streams. What a deleted server and a
// purged stream leave behind is removed by this list; a test holds it against the database.

import { type Sql, sql } from '@pennyblack/runtime/database/sql.ts';

type OfStream = (serverId: number, streamId: string) => Sql;

export type OwnedTable = {
  name: string;
  /** For a partitioned table: the version 7 id that it is partitioned by. Every statement carries bounds of it. */
  partitionedBy?: string;
  /** A column between server_id and that id in the primary key: rows are taken from one of its values at a time. */
  within?: string;
  /** Rows of one stream; missing when rows go with the server only. */
  ofStream?: OfStream;
  /** Partitioned tables with the same id, whose rows go in the same transaction, first. */
  followers?: readonly string[];
};

const byStreamId: OfStream = (_serverId, streamId) => sql`stream_id = ${streamId}`;
const byWebhook: OfStream = (serverId, streamId) => sql`webhook_id in (
  select webhook_id from webhooks where server_id = ${serverId} and stream_id = ${streamId})`;

const byBulkRequest: OfStream = (serverId, streamId) => sql`bulk_id in (
  select bulk_id from bulk_requests where server_id = ${serverId} and stream_id = ${streamId})`;

const byBounce: OfStream = (serverId, streamId) => sql`bounce_id in (
  select bounce_id from bounces where server_id = ${serverId} and stream_id = ${streamId})`;

/** In the order of removal: what is still to be done first, what others are found by last. */
export const ownedTables: readonly OwnedTable[] = [
  { name: 'idempotency_keys' },
  { name: 'bulk_entries', ofStream: byBulkRequest },
  { name: 'bulk_requests', ofStream: byStreamId },
  { name: 'bulk_switched_off' },
  { name: 'scheduled_messages', ofStream: byStreamId },
  { name: 'scheduled_results', ofStream: byStreamId },
  { name: 'delivery_queue', ofStream: byStreamId },
  { name: 'webhook_calls', ofStream: byWebhook },
  { name: 'webhook_history', partitionedBy: 'call_id', within: 'webhook_id', ofStream: byWebhook },
  { name: 'webhook_endpoints', ofStream: byWebhook },
  { name: 'webhook_hours', ofStream: byWebhook },
  { name: 'webhooks', ofStream: byStreamId },
  { name: 'webhook_switches' },
  { name: 'bounce_dumps', ofStream: byBounce },
  { name: 'bounces', ofStream: byStreamId },
  { name: 'rebound_tokens' },
  { name: 'suppressions', ofStream: byStreamId },
  { name: 'hashed_suppressions', ofStream: byStreamId },
  { name: 'stat_deltas', ofStream: byStreamId },
  { name: 'stat_hours', ofStream: byStreamId },
  { name: 'stat_days', ofStream: byStreamId },
  { name: 'events', partitionedBy: 'event_id', ofStream: byStreamId },
  { name: 'opens', partitionedBy: 'message_id', ofStream: byStreamId },
  { name: 'clicks', partitionedBy: 'message_id', ofStream: byStreamId },
  {
    name: 'messages',
    partitionedBy: 'message_id',
    ofStream: byStreamId,
    followers: ['message_contents', 'message_recipients'],
  },
  // An inbound stream is never archived, so that its mail and rules go with the server only.
  { name: 'inbound_queue' },
  { name: 'inbound_messages', partitionedBy: 'message_id', followers: ['inbound_recipients'] },
  { name: 'inbound_sources', partitionedBy: 'source_id' },
  { name: 'inbound_fingerprints' },
  { name: 'inbound_rules' },
  { name: 'user_servers' },
  { name: 'templates' },
  { name: 'smtp_tokens', ofStream: byStreamId },
  // The row of a stream goes by the action that ends the stream, once nothing else is left of it.
  { name: 'message_streams' },
];

/** Tables that name a server and stay all the same, and why. */
export const tablesThatStay: Readonly<Record<string, string>> = {
  servers: 'the row of a deleted server keeps its number from being given again; `endServer` empties it',
  server_tokens: 'they open nothing once the server is deleted, and `endServer` deletes them',
  notice_server: "names the installation's own server, which nobody can delete",
  notices: "name the message of the installation's own server; 45 days after their end they go",
};
