// GET /messages/outbound/clicks/:messageid: clicks of one message. Source: Postmark's Messages API.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { readReadingsOf } from '../search-hits.ts';
import { hitPagingQuery, readHitPage } from './hit-filters.ts';
import { clicksSchema, toWireClick } from './hit-schema.ts';

export function getMessageClicksForSingleMessage(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/messages/outbound/clicks/:messageid',
    token: 'server',
    group: 'Messages',
    summary: 'Shows who clicked in a message.',
    query: hitPagingQuery,
    response: clicksSchema,
    async handle(call) {
      const page = readHitPage(call.query);
      const messageId = call.pathText('messageid');
      const found = await readReadingsOf(call.reads, 'click', call.server.serverId, messageId, page);
      return { TotalCount: found.totalCount, HumanCount: found.humanCount, Clicks: found.hits.map(toWireClick) };
    },
  });
}
