// GET /webhooks/{id}/calls/{callid}: one call, with the body that is posted. Ours.

import { isUuid } from '@pennyblack/runtime/uuid-v7.ts';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import type { FindEndpoint } from '../find-endpoint.ts';
import { type CallContents, readCall } from '../list-calls.ts';
import { callWithBodySchema, toWireCall } from './call-schema.ts';

export function getWebhookCall(findEndpoint: FindEndpoint, contents: CallContents): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/webhooks/:webhookid/calls/:callid',
    token: 'server',
    group: 'Webhooks',
    summary: 'Shows one call of a webhook with its body and attempts (extension).',
    response: callWithBodySchema,
    async handle(call) {
      const endpoint = await findEndpoint(call.reads, call.server.serverId, call.pathNumber('webhookid'));
      const callId = call.pathText('callid').toLowerCase();
      const found = isUuid(callId) ? await readCall(call.reads, contents, endpoint, callId, call.now) : undefined;
      if (!found) throw new Refusal('webhook_call_not_found');
      return { ...toWireCall(found), RequestBody: found.body ?? null };
    },
  });
}
