// Finds the webhook that a request about calls names.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { Refusal } from '../../refusals.ts';
import { getWebhook } from '../webhooks/find-webhooks.ts';
import type { Webhook } from '../webhooks/webhook.ts';

/** `webhookId` undefined is one that is no number. @throws Refusal webhook_not_found, also for another server's. */
export type FindEndpoint = (db: Queryable, serverId: number, webhookId: number | undefined) => Promise<Webhook>;

export function createFindEndpoint(keyRing: KeyRing): FindEndpoint {
  return async (db, serverId, webhookId) => {
    if (webhookId === undefined) throw new Refusal('webhook_not_found');
    return getWebhook(db, keyRing, serverId, webhookId);
  };
}
