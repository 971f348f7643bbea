// DELETE /senders/{id}: removes a sender signature.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { DomainDeps } from '../../domains/ports.ts';
import { deleteSender } from '../delete-sender.ts';
import { doneSchema } from './signature-schema.ts';

export function deleteSenderSignature(deps: DomainDeps): Endpoint {
  return defineEndpoint({
    method: 'DELETE',
    path: '/senders/:senderid',
    token: 'account',
    group: 'Sender signatures',
    summary: 'Removes a sender signature.',
    response: doneSchema,
    async handle(call) {
      const address = await deleteSender(deps.db, call.account.accountId, call.pathNumber('senderid'));
      return { ErrorCode: 0, Message: `Signature ${address} removed.` };
    },
  });
}
