// Adds a webhook to a stream.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { findStreams } from '../streams/find-streams.ts';
import { lockStream } from '../streams/lock-stream.ts';
import { sealSigningKeys, sealTarget } from './seal-webhook.ts';
import { countWebhookRows, insertWebhookRow } from './store.ts';
import type { SigningKey, Webhook } from './webhook.ts';
import { checkStream, type WebhookSettings } from './webhook-rules.ts';

export type NewWebhook = WebhookSettings & {
  serverId: number;
  streamId: string;
  signingKey: SigningKey;
  isVerified: boolean;
  state: 'active' | 'paused';
};

/** Whether the stream would take one more right now, so that nobody is called for a webhook that cannot be. @throws Refusal like createWebhook. */
export async function checkRoomForWebhook(db: Queryable, serverId: number, streamId: string): Promise<void> {
  const streams = await findStreams(db, serverId);
  checkStream(streams.get(streamId), await countWebhookRows(db, serverId, streamId));
}

/**
 * The stream stays locked until the transaction ends, so that two who add the last one allowed come one after the other.
 * @throws Refusal stream_not_found, webhook_stream_inbound, webhook_stream_archived, webhook_limit_reached.
 */
export async function createWebhook(tx: Tx, keyRing: KeyRing, created: NewWebhook, now: Date): Promise<Webhook> {
  const { signingKey, ...given } = created;
  const stream = await lockStream(tx, given.serverId, given.streamId);
  checkStream(stream, await countWebhookRows(tx, given.serverId, given.streamId));
  const { target, ...plain } = { ...given, serverHook: null, stateSince: now };
  const signingKeys = [signingKey];
  const sealed = {
    targetEncrypted: sealTarget(keyRing, target),
    signingKeysEncrypted: sealSigningKeys(keyRing, signingKeys),
  };
  const webhookId = await insertWebhookRow(tx, { ...plain, ...sealed }, now);
  return { ...plain, webhookId, target, signingKeys };
}
