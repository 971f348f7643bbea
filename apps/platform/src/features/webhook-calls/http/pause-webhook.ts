// PUT /webhooks/{id}/pause: no calls until it is resumed; events are kept meanwhile. Ours.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { RecordEvents } from '../../events/record-events.ts';
import type { FindEndpoint } from '../find-endpoint.ts';
import { pauseWebhook as pause } from '../pause-webhook.ts';
import { stateSchema, toWireState } from './webhook-state.ts';

export function pauseWebhook(findEndpoint: FindEndpoint, recordEvents: RecordEvents): Endpoint {
  return defineEndpoint({
    method: 'PUT',
    path: '/webhooks/:webhookid/pause',
    token: 'server',
    group: 'Webhooks',
    summary: 'Pauses the calls of a webhook and keeps its events (extension).',
    response: stateSchema,
    async handle(call) {
      const paused = await call.transaction(async (tx, now) => {
        const webhook = await findEndpoint(tx, call.server.serverId, call.pathNumber('webhookid'));
        await pause(tx, recordEvents, webhook, now);
        return findEndpoint(tx, webhook.serverId, webhook.webhookId);
      });
      return toWireState(paused);
    },
  });
}
