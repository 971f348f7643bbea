// PUT /webhooks/{id}/resume: what waited is called now, the oldest first. Ours.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { RecordEvents } from '../../events/record-events.ts';
import type { FindEndpoint } from '../find-endpoint.ts';
import { resumeWebhook as resume } from '../pause-webhook.ts';
import { stateSchema, toWireState } from './webhook-state.ts';

export function resumeWebhook(findEndpoint: FindEndpoint, recordEvents: RecordEvents): Endpoint {
  return defineEndpoint({
    method: 'PUT',
    path: '/webhooks/:webhookid/resume',
    token: 'server',
    group: 'Webhooks',
    summary: 'Lets a webhook that is paused or failing go on, its oldest events first (extension).',
    response: stateSchema,
    async handle(call) {
      const resumed = await call.transaction(async (tx, now) => {
        const webhook = await findEndpoint(tx, call.server.serverId, call.pathNumber('webhookid'));
        await resume(tx, recordEvents, webhook, now);
        return findEndpoint(tx, webhook.serverId, webhook.webhookId);
      });
      return toWireState(resumed);
    },
  });
}
