// Posts a message all the same that was blocked, or whose posts had failed. Source: Postmark's Messages API (bypass, retry).

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { readInboundSettings } from '../servers/find-inbound-server.ts';
import type { StoredInbound } from './inbound-message.ts';
import { releasedEvent } from './post-events.ts';
import { findSourceBytes, requeueMessage, updateStatuses } from './store.ts';

/** `message` is locked (store.ts, lockMessage) and may be released. False when its source is gone. */
export async function releaseMessage(
  tx: Tx,
  recordEvents: RecordEvents,
  message: StoredInbound,
  why: 'bypass' | 'retry',
  now: Date,
): Promise<boolean> {
  const sourceBytes = await findSourceBytes(tx, message);
  if (sourceBytes === undefined) return false;
  await updateStatuses(tx, [{ ...message, status: 'Queued', from: [message.status] }]);
  // What could not be read is read again first; its post follows from that.
  if (message.processedAt === null) {
    await requeueMessage(tx, message, now);
    return true;
  }
  const settings = await readInboundSettings(tx, [message.serverId]);
  const includesRawEmail = settings.get(message.serverId)?.rawEmailEnabled ?? false;
  const details = { sourceId: message.sourceId, sourceBytes, includesRawEmail, why };
  await recordEvents(tx, [releasedEvent(message, details)], now);
  return true;
}
