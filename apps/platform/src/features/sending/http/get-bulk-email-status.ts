// GET /email/bulk/{id}: how far a bulk request is.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { readBulk } from '../bulk/read-bulk.ts';
import { bulkProgressSchema, toBulkAnswer } from './bulk-schema.ts';

export function getBulkEmailStatus(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/email/bulk/:bulkid',
    token: 'server',
    group: 'Email',
    summary: 'Shows how far a bulk request is.',
    response: bulkProgressSchema,
    async handle(call) {
      return toBulkAnswer(await readBulk(call.reads, call.server.serverId, call.pathText('bulkid')));
    },
  });
}
