// GET /webhooks/{id}/secrets: the keys that sign the calls of a webhook. Ours.

import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { getWebhook } from '../find-webhooks.ts';
import { readWebhookId } from './webhook-schema.ts';
import { toWireSecrets, webhookSecretsSchema } from './webhook-secret.ts';

export function getWebhookSecrets(keyRing: KeyRing): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/webhooks/:webhookid/secrets',
    token: 'server',
    group: 'Webhooks',
    summary: 'Shows the keys that sign the calls of a webhook. Ours.',
    response: webhookSecretsSchema,
    async handle(call) {
      const webhook = await getWebhook(call.reads, keyRing, call.server.serverId, readWebhookId(call));
      return toWireSecrets(webhook.signingKeys, call.now);
    },
  });
}
