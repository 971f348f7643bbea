// Keeps the status of messages in step with the calls that post them, in the transaction that records the calls. What has failed
// for good is a bounce of the type InboundError as well. Source: Postmark's pages on inbound statuses and bounce types.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { BounceToRecord } from '../bounces/bounce.ts';
import { recordBounces } from '../bounces/record-bounces.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { type InboundMessageKey, type InboundStatus, inboundStreamId, type StoredInbound } from './inbound-message.ts';
import { type StatusChange, updateStatuses } from './store.ts';

export type PostResult = InboundMessageKey & {
  /** `stored`: there is nothing to post to. */
  end: 'posted' | 'stored' | 'scheduled' | 'failed';
  /** Why it failed, in a sentence. */
  details?: string | undefined;
};

/**
 * What a result makes of a status. A result may be recorded twice, or by a process that has lost its lease: what is further
 * already stays.
 */
const changes: Readonly<Record<PostResult['end'], { status: InboundStatus; from: readonly InboundStatus[] }>> = {
  posted: { status: 'Processed', from: ['Queued', 'Scheduled', 'Failed'] },
  stored: { status: 'Processed', from: ['Queued'] },
  scheduled: { status: 'Scheduled', from: ['Queued'] },
  failed: { status: 'Failed', from: ['Queued', 'Scheduled'] },
};

export async function recordPosts(
  tx: Tx,
  recordEvents: RecordEvents,
  results: readonly PostResult[],
  now: Date,
): Promise<void> {
  if (results.length === 0) return;
  // The last word on each message counts: a row is changed once in a statement.
  const last = new Map(results.map(result => [result.messageId, result]));
  const changed = await updateStatuses(
    tx,
    [...last.values()].map(({ serverId, messageId, end }): StatusChange => ({ serverId, messageId, ...changes[end] })),
  );
  const failed = changed.filter(message => message.status === 'Failed');
  await recordBounces(
    tx,
    recordEvents,
    failed.map(message => inboundError(message, last.get(message.messageId)?.details ?? '')),
    now,
  );
}

function inboundError(message: StoredInbound, details: string): BounceToRecord {
  const { serverId, messageId, recipient, from, subject, tag } = message;
  return {
    serverId,
    messageId,
    recipientNumber: 0,
    streamId: inboundStreamId,
    type: 'InboundError',
    emailAddress: recipient,
    addressKey: addressKey(recipient),
    fromAddress: from.address,
    subject,
    tag: tag === '' ? null : tag,
    details,
    isFinal: false,
  };
}
