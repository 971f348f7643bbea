// Which table is whose in the erasure of a recipient's data. Every table of the schema stands in one of the two lists
// here, or a test fails: a new table wants a decision.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import type { DataRemover } from './features/accounts/data-remover.ts';
import { bouncesRemover } from './features/bounces/remove-recipient.ts';
import type { QueueRemovalNotice } from './features/data-removals/ports.ts';
import { type RemovalDeps, runRemovals } from './features/data-removals/run-removals.ts';
import { createDeliveryRemover } from './features/delivery/remove-recipient.ts';
import type { RecordEvents } from './features/events/record-events.ts';
import { eventsRemover } from './features/events/remove-recipient.ts';
import { findInboundOf, inboundRemover } from './features/inbound/remove-recipient.ts';
import { findMessagesOf, messagesRemover } from './features/messages/remove-recipient.ts';
import { queueRemovalNotice } from './features/notices/queue-notices.ts';
import { bulkEntriesRemover } from './features/sending/bulk/remove-recipient.ts';
import { createScheduledRemover } from './features/sending/scheduled/remove-recipient.ts';
import { readServerIds } from './features/servers/read-servers.ts';
import { suppressionsRemover } from './features/suppressions/remove-recipient.ts';
import { trackingRemover } from './features/tracking/remove-recipient.ts';
import { webhookCallsRemover } from './features/webhook-calls/remove-recipient.ts';

/** In the order in which they run: what is queued ends first, recipients become anonymous last. */
export function createDataRemovers(recordEvents: RecordEvents): DataRemover[] {
  return [
    bulkEntriesRemover,
    createScheduledRemover(recordEvents),
    createDeliveryRemover(recordEvents),
    eventsRemover,
    bouncesRemover,
    suppressionsRemover,
    trackingRemover,
    webhookCallsRemover,
    inboundRemover,
    messagesRemover,
  ];
}

/** Tables that keep nothing about recipients, and why. */
export const tablesWithoutRecipients: Readonly<Record<string, string>> = {
  installation: 'one row about the installation',
  accounts: "the customer's name",
  account_tokens: 'tokens, and their names',
  users: "the account's own people; `users delete` erases them",
  user_servers: 'numbers only',
  user_sessions: 'numbers, times and hashes',
  login_attempts: 'hashes and counts',
  servers: "the server's settings",
  server_tokens: 'tokens of a server',
  templates:
    'what its owner wrote for all recipients; what one of them is told comes with the model and is kept with the message',
  message_streams: "the stream's settings",
  smtp_tokens: 'tokens of a stream, and their names',
  domains: "the account's own domains",
  dkim_keys: 'keys of domains',
  domain_checks: "what the DNS says of the account's own domains",
  sender_signatures: "the account's own senders, whom it deletes itself",
  suppression_salt: 'one random value',
  blocked_links: "the operator's own list",
  idempotency_keys: 'hashes, and results under a key that only the repeated request gives; 24 hours',
  bulk_requests: 'what is written to all recipients alike; what is about one of them stands in bulk_entries',
  bulk_switched_off: 'numbers only',
  scheduled_results: 'numbers, times and streams of messages that waited',
  dot_marks: 'numbers of messages and recipients, for two hours',
  event_numbering: 'which PostgreSQL server numbers the events',
  processes: 'processes and machines',
  upkeep_jobs: 'names and times of jobs, and what their last error said of the database',
  rebound_tokens: 'public tokens of pages',
  inbound_reports: 'reports that are still to be read: seconds old, while an erasure looks again after a minute',
  inbound_report_fingerprints: 'hashes, for six days',
  inbound_queue: 'numbers of mail that is still to be read',
  inbound_fingerprints: 'hashes, for a day',
  inbound_rules: "the customer's own list of senders to keep out, which he deletes himself",
  webhooks: "the customer's own URLs",
  webhook_switches: 'switches',
  webhook_endpoints: 'counts and times',
  webhook_hours: 'counts by hour',
  stat_deltas: 'counts by hour; tags as hashes',
  stat_hours: 'counts by hour; tags as hashes',
  stat_days: 'counts by day; tags as hashes',
  notices: 'what a mail is about, as numbers; whom it goes to is read when it is sent',
  notice_server: 'numbers only',
  data_removals: 'the request itself: run-removals.ts empties it when it is done',
  schema_migrations: 'names of migrations',
};

/** What went to the subject, and what came from him or names him. */
const findAllMessagesOf: RemovalDeps['findMessagesOf'] = async (tx, subject, serverId, afterMessageId, limit) => {
  const sent = await findMessagesOf(tx, subject, serverId, afterMessageId, limit);
  const received = await findInboundOf(tx, subject, serverId, afterMessageId, limit);
  return [...sent, ...received].toSorted((a, b) => (a.messageId < b.messageId ? -1 : 1)).slice(0, limit);
};

export function createDataRemovalJob(
  db: Pool,
  recordEvents: RecordEvents,
  queueNotice: QueueRemovalNotice = queueRemovalNotice,
): (now: Date) => Promise<void> {
  const removers = createDataRemovers(recordEvents);
  return now => runRemovals({ db, removers, findMessagesOf: findAllMessagesOf, readServerIds, queueNotice }, now);
}
