// DELETE /email/bulk/{id}: an extension. Cancels a bulk request; what was released stays.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { CancelBulk } from '../bulk/cancel-bulk.ts';
import { bulkProgressSchema, toBulkAnswer } from './bulk-schema.ts';

export function cancelBulkEmail(cancel: CancelBulk): Endpoint {
  return defineEndpoint({
    method: 'DELETE',
    path: '/email/bulk/:bulkid',
    token: 'server',
    group: 'Email',
    summary: 'Cancels a bulk request: what was not released yet is never sent. Answers as the status does.',
    response: bulkProgressSchema,
    async handle(call) {
      return toBulkAnswer(await cancel(call.server.serverId, call.pathText('bulkid'), call.now));
    },
  });
}
