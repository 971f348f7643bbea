// POST /webhooks/{id}/replay: makes all calls again that a filter names. Ours.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import type { EndpointKey } from '../call.ts';
import type { FindEndpoint } from '../find-endpoint.ts';
import { replayCalls } from '../replay-calls.ts';
import { readCallFilters } from './call-filters.ts';

export function replayWebhookCalls(
  db: Pool,
  findEndpoint: FindEndpoint,
  hint: (endpoints: readonly EndpointKey[]) => void,
): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/webhooks/:webhookid/replay',
    token: 'server',
    group: 'Webhooks',
    summary: 'Makes finished calls of a webhook again: by default all that did not succeed (extension).',
    body: Type.Object({
      State: Type.Optional(
        Type.String({ description: 'succeeded, failed, stopped; several between commas. Default: failed,stopped.' }),
      ),
      Trigger: Type.Optional(Type.String()),
      MessageID: Type.Optional(Type.String()),
      FromDate: Type.Optional(Type.String({ description: 'Of the event; US Eastern time, inclusive.' })),
      ToDate: Type.Optional(Type.String({ description: 'Of the event; US Eastern time, inclusive.' })),
    }),
    response: Type.Object({
      Replayed: Type.Integer(),
      HasMore: Type.Boolean({ description: 'There were more than one request takes: send it again.' }),
    }),
    async handle(call) {
      const { State, Trigger, MessageID, FromDate, ToDate } = call.body;
      const filters = { state: State, trigger: Trigger, messageId: MessageID, from: FromDate, to: ToDate };
      const query = readCallFilters(filters, ['failed', 'stopped']);
      if (query.states.includes('waiting'))
        throw new Refusal('webhook_call_list_invalid', 'A call that is waiting is made by itself.');
      const endpoint = await findEndpoint(call.reads, call.server.serverId, call.pathNumber('webhookid'));
      const { replayed, hasMore } = await replayCalls(db, endpoint, query, call.now);
      if (replayed > 0) hint([endpoint]);
      return { Replayed: replayed, HasMore: hasMore };
    },
  });
}
