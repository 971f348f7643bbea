// DELETE /webhooks/{id}: removes a webhook.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { deleteWebhook as remove } from '../delete-webhook.ts';
import { readWebhookId } from './webhook-schema.ts';

export function deleteWebhook(): Endpoint {
  return defineEndpoint({
    method: 'DELETE',
    path: '/webhooks/:webhookid',
    token: 'server',
    group: 'Webhooks',
    summary: 'Removes a webhook.',
    response: Type.Object({ ErrorCode: Type.Integer(), Message: Type.String() }),
    async handle(call) {
      const webhookId = readWebhookId(call);
      await call.transaction(tx => remove(tx, call.server.serverId, webhookId));
      return { ErrorCode: 0, Message: `Webhook ${webhookId} removed.` };
    },
  });
}
