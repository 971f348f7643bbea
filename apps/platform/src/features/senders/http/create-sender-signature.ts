// POST /senders: adds a sender signature; its owner gets a mail with a link, unless the domain is verified.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import type { DomainDeps } from '../../domains/ports.ts';
import { createSender } from '../create-sender.ts';
import { signatureBody, signatureSchema, toSignature, toWish } from './signature-schema.ts';

export function createSenderSignature(deps: DomainDeps): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/senders',
    token: 'account',
    group: 'Sender signatures',
    summary: 'Adds a sender signature and sends the confirmation mail.',
    body: signatureBody,
    response: signatureSchema,
    async handle(call) {
      if (call.bodyLength === 0) throw new Refusal('sender_or_domain_update_empty');
      const whole = await createSender(deps, call.account.accountId, toWish(call.body), call.now);
      return toSignature(whole, deps.hosts, call.now);
    },
  });
}
