// GET /webhooks/{id}/calls: what was posted to a webhook, and what came back. Ours.

import { isUuid } from '@pennyblack/runtime/uuid-v7.ts';
import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { pagingQuery, readPaging } from '../../../edges/http-api/paging.ts';
import { Refusal } from '../../../refusals.ts';
import type { FindEndpoint } from '../find-endpoint.ts';
import { listCalls } from '../list-calls.ts';
import { readCallFilters } from './call-filters.ts';
import { callSchema, toWireCall } from './call-schema.ts';

const countByDefault = '50';

function readBefore(text: string | undefined): string | undefined {
  if (text === undefined || isUuid(text)) return text?.toLowerCase();
  throw new Refusal('webhook_call_list_invalid', `The 'before' parameter '${text}' is not the ID of a call.`);
}

export function getWebhookCalls(findEndpoint: FindEndpoint): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/webhooks/:webhookid/calls',
    token: 'server',
    group: 'Webhooks',
    summary: 'Lists the calls of a webhook with their attempts, newest first (extension).',
    query: Type.Object({
      count: pagingQuery.count,
      before: Type.Optional(Type.String({ description: 'ID of the last call of the page before.' })),
      state: Type.Optional(
        Type.String({ description: 'waiting, succeeded, failed, stopped, discarded; several between commas.' }),
      ),
      trigger: Type.Optional(Type.String()),
      messageid: Type.Optional(Type.String()),
      fromdate: Type.Optional(Type.String({ description: 'Of the event; US Eastern time, inclusive.' })),
      todate: Type.Optional(Type.String({ description: 'Of the event; US Eastern time, inclusive.' })),
    }),
    response: Type.Object({ HasMore: Type.Boolean(), Calls: Type.Array(callSchema) }),
    async handle(call) {
      const { query } = call;
      const paging = readPaging({ count: query.count ?? countByDefault, offset: '0' });
      if (paging.kind === 'refused') throw new Refusal('webhook_call_list_invalid', paging.text);
      const filters = { ...query, from: query.fromdate, to: query.todate, messageId: query.messageid };
      const callQuery = readCallFilters(filters, []);
      const endpoint = await findEndpoint(call.reads, call.server.serverId, call.pathNumber('webhookid'));
      const page = { count: paging.count, beforeCallId: readBefore(query.before) };
      const { calls, hasMore } = await listCalls(call.reads, endpoint, callQuery, page, call.now);
      return { HasMore: hasMore, Calls: calls.map(toWireCall) };
    },
  });
}
