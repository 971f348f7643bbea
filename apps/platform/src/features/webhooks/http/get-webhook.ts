// GET /webhooks/{id}: one webhook, also one that stands for a hook URL of the server itself.

import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { getWebhook as readWebhook } from '../find-webhooks.ts';
import { readWebhookId, toWireWebhook, webhookSchema } from './webhook-schema.ts';

export function getWebhook(keyRing: KeyRing): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/webhooks/:webhookid',
    token: 'server',
    group: 'Webhooks',
    summary: 'Shows one webhook.',
    response: webhookSchema,
    handle: async call =>
      toWireWebhook(await readWebhook(call.reads, keyRing, call.server.serverId, readWebhookId(call))),
  });
}
