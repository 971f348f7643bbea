// GET /messages/outbound/opens/:messageid: opens of one message. Source: Postmark's Messages API.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { readReadingsOf } from '../search-hits.ts';
import { hitPagingQuery, readHitPage } from './hit-filters.ts';
import { opensSchema, toWireOpen } from './hit-schema.ts';

export function getMessageOpensForSingleMessage(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/messages/outbound/opens/:messageid',
    token: 'server',
    group: 'Messages',
    summary: 'Shows who opened a message.',
    query: hitPagingQuery,
    response: opensSchema,
    async handle(call) {
      const page = readHitPage(call.query);
      const messageId = call.pathText('messageid');
      const found = await readReadingsOf(call.reads, 'open', call.server.serverId, messageId, page);
      return { TotalCount: found.totalCount, HumanCount: found.humanCount, Opens: found.hits.map(toWireOpen) };
    },
  });
}
