// POST /webhooks/{id}/calls/{callid}/replay: makes one call again. Ours.

import { isUuid } from '@pennyblack/runtime/uuid-v7.ts';
import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import type { EndpointKey } from '../call.ts';
import type { FindEndpoint } from '../find-endpoint.ts';
import { replayCall } from '../replay-calls.ts';

export function replayWebhookCall(
  findEndpoint: FindEndpoint,
  hint: (endpoints: readonly EndpointKey[]) => void,
): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/webhooks/:webhookid/calls/:callid/replay',
    token: 'server',
    group: 'Webhooks',
    summary: 'Makes one call of a webhook again, with the same body and trace id (extension).',
    response: Type.Object({ ErrorCode: Type.Integer(), Message: Type.String(), Replayed: Type.Integer() }),
    async handle(call) {
      const callId = call.pathText('callid').toLowerCase();
      await call.transaction(async (tx, now) => {
        const endpoint = await findEndpoint(tx, call.server.serverId, call.pathNumber('webhookid'));
        if (!isUuid(callId)) throw new Refusal('webhook_call_not_found');
        await replayCall(tx, endpoint, callId, now);
        tx.afterCommit(() => hint([endpoint]));
      });
      return { ErrorCode: 0, Message: 'The call is made again.', Replayed: 1 };
    },
  });
}
