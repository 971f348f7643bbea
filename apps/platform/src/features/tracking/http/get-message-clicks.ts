// GET /messages/outbound/clicks: searches clicks, newest first. Source: Postmark's Messages API.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import { searchReadings } from '../search-hits.ts';
import { hitFilterQuery, readHitFilters, readHitPage } from './hit-filters.ts';
import { clicksSchema, toWireClick } from './hit-schema.ts';

/** `streamsOf` answers the streams of a server, archived ones included. */
export function getMessageClicks(streamsOf: (serverId: number) => Promise<ReadonlyMap<string, unknown>>): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/messages/outbound/clicks',
    token: 'server',
    group: 'Messages',
    summary: 'Searches clicks, newest first; a recipient counts once for each link of a message.',
    query: hitFilterQuery,
    response: clicksSchema,
    async handle({ query, reads, server, now }) {
      const page = readHitPage(query);
      const filters = readHitFilters(query);
      if (!(await streamsOf(server.serverId)).has(filters.streamId)) throw new Refusal('stream_not_found');
      const found = await searchReadings(reads, 'click', server.serverId, filters, page, now);
      return { TotalCount: found.totalCount, HumanCount: found.humanCount, Clicks: found.hits.map(toWireClick) };
    },
  });
}
