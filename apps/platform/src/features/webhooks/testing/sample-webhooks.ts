// For tests: webhooks with everything set, to be changed where it matters.

import type { NewWebhook } from '../create-webhook.ts';
import { noTriggers } from '../trigger-switch-rules.ts';
import type { SigningKey } from '../webhook.ts';

export function sampleSigningKey(now: Date): SigningKey {
  return {
    keyId: `key ${now.getTime()}`,
    kind: 'hmac',
    secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
    createdAt: now.toISOString(),
    expiresAt: null,
  };
}

export function sampleWebhook(serverId: number, changes: Partial<NewWebhook> = {}): NewWebhook {
  return {
    serverId,
    streamId: 'outbound',
    target: { url: 'https://hooks.shop.test/mail?password=secret', httpAuth: null, httpHeaders: [] },
    ...noTriggers,
    triggers: ['Delivery'],
    retrySchedule: null,
    connectionsMax: null,
    signingKey: sampleSigningKey(new Date()),
    isVerified: true,
    state: 'active',
    ...changes,
  };
}
