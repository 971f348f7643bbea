// GET /email/bulk: the bulk requests of a server, newest first.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { readPaging } from '../../../edges/http-api/paging.ts';
import { Refusal } from '../../../refusals.ts';
import { readBulkPage } from '../bulk/read-bulk.ts';
import { bulkProgressSchema, toBulkAnswer } from './bulk-schema.ts';

const countByDefault = '100';

export function getBulkEmails(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/email/bulk',
    token: 'server',
    group: 'Email',
    summary: 'Lists bulk requests, newest first.',
    query: Type.Object({
      count: Type.Optional(Type.String({ description: 'Requests to return, 1 to 500; 100 when absent.' })),
      paginationKey: Type.Optional(Type.String({ description: 'The PaginationKey of the page before.' })),
    }),
    response: Type.Object({
      Requests: Type.Array(bulkProgressSchema),
      PaginationKey: Type.Optional(Type.String({ description: 'Of the next page; absent on the last one.' })),
    }),
    async handle(call) {
      const paging = readPaging({ count: call.query.count ?? countByDefault, offset: '0' });
      // Postmark documents no code for a wrong count; 13 is the only one of this list.
      if (paging.kind === 'refused') throw new Refusal('pagination_key_invalid', paging.text);
      const wanted = { count: paging.count, key: call.query.paginationKey };
      const { requests, nextKey } = await readBulkPage(call.reads, call.server.serverId, wanted);
      return { Requests: requests.map(toBulkAnswer), ...(nextKey === undefined ? {} : { PaginationKey: nextKey }) };
    },
  });
}
