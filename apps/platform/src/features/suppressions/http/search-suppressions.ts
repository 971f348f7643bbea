// GET /suppressions/search: where an address is suppressed, over all lists that keep mail of the server back. Ours.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { pagingQuery, readPaging } from '../../../edges/http-api/paging.ts';
import { Refusal } from '../../../refusals.ts';
import { searchLists } from '../read-lists.ts';
import { hasEvents } from '../suppression-list.ts';
import { suppressionFields, toWireSuppression } from './suppression-bodies.ts';

export function searchSuppressions(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/suppressions/search',
    token: 'server',
    group: 'Suppressions',
    summary: 'Finds suppressed addresses in the lists of all streams, of the server and of its account (extension).',
    query: Type.Object({
      ...pagingQuery,
      emailaddress: Type.Optional(Type.String({ description: 'The address, or a part of it, in any case.' })),
    }),
    response: Type.Object({
      TotalCount: Type.Integer(),
      Suppressions: Type.Array(
        Type.Object({
          ...suppressionFields,
          Scope: Type.String({ description: 'stream, server or account.' }),
          MessageStream: Type.Union([Type.String(), Type.Null()]),
        }),
      ),
    }),
    async handle({ query, reads, server }) {
      const { emailaddress } = query;
      if (emailaddress === undefined) throw new Refusal('suppression_address_required');
      const paging = readPaging({ count: query.count ?? '100', offset: query.offset ?? '0' });
      if (paging.kind === 'refused') throw new Refusal('suppression_count_invalid', paging.text);
      const found = await searchLists(reads, server, emailaddress, paging);
      return {
        TotalCount: found.totalCount,
        Suppressions: found.suppressions.map(suppression => {
          const isOfStream = hasEvents(suppression);
          const scope = isOfStream ? 'stream' : suppression.serverId === server.serverId ? 'server' : 'account';
          return {
            ...toWireSuppression(suppression),
            Scope: scope,
            MessageStream: isOfStream ? suppression.streamId : null,
          };
        }),
      };
    },
  });
}
