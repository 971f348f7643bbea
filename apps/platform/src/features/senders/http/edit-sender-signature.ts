// PUT /senders/{id}: changes a sender signature. `FromEmail` is not looked at.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { DomainDeps } from '../../domains/ports.ts';
import { editSender } from '../edit-sender.ts';
import { signatureBody, signatureSchema, toSignature, toWish } from './signature-schema.ts';

export function editSenderSignature(deps: DomainDeps): Endpoint {
  return defineEndpoint({
    method: 'PUT',
    path: '/senders/:senderid',
    token: 'account',
    group: 'Sender signatures',
    summary: 'Changes a sender signature.',
    body: signatureBody,
    response: signatureSchema,
    async handle(call) {
      const wish = { ...toWish(call.body), fromEmail: undefined };
      const senderId = call.pathNumber('senderid');
      const whole = await editSender(deps, call.account.accountId, senderId, wish, call.now);
      return toSignature(whole, deps.hosts, call.now);
    },
  });
}
