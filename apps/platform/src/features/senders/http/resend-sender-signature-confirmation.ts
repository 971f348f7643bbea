// POST /senders/{id}/resend: sends the confirmation mail again.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { DomainDeps } from '../../domains/ports.ts';
import { resendConfirmation } from '../resend-confirmation.ts';
import { doneSchema } from './signature-schema.ts';

export function resendSenderSignatureConfirmation(deps: DomainDeps): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/senders/:senderid/resend',
    token: 'account',
    group: 'Sender signatures',
    summary: 'Sends the confirmation mail again.',
    response: doneSchema,
    async handle(call) {
      const senderId = call.pathNumber('senderid');
      const address = await resendConfirmation(deps, call.account.accountId, senderId, call.now);
      return { ErrorCode: 0, Message: `Confirmation email for Sender Signature ${address} was re-sent.` };
    },
  });
}
