// GET /messages/outbound/opens: searches opens, newest first. Source: Postmark's Messages API.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import { searchReadings } from '../search-hits.ts';
import { hitFilterQuery, readHitFilters, readHitPage } from './hit-filters.ts';
import { opensSchema, toWireOpen } from './hit-schema.ts';

/** `streamsOf` answers the streams of a server, archived ones included. */
export function getMessageOpens(streamsOf: (serverId: number) => Promise<ReadonlyMap<string, unknown>>): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/messages/outbound/opens',
    token: 'server',
    group: 'Messages',
    summary: 'Searches opens, newest first; a recipient counts once for each message.',
    query: hitFilterQuery,
    response: opensSchema,
    async handle({ query, reads, server, now }) {
      const page = readHitPage(query);
      const filters = readHitFilters(query);
      if (!(await streamsOf(server.serverId)).has(filters.streamId)) throw new Refusal('stream_not_found');
      const found = await searchReadings(reads, 'open', server.serverId, filters, page, now);
      return { TotalCount: found.totalCount, HumanCount: found.humanCount, Opens: found.hits.map(toWireOpen) };
    },
  });
}
