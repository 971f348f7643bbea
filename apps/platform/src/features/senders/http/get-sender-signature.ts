// GET /senders/{id}: one sender signature, with the records of its domain.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { DomainDeps } from '../../domains/ports.ts';
import { readOwnSignature } from '../read-senders.ts';
import { signatureSchema, toSignature } from './signature-schema.ts';

export function getSenderSignature(deps: DomainDeps): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/senders/:senderid',
    token: 'account',
    group: 'Sender signatures',
    summary: 'Shows one sender signature.',
    response: signatureSchema,
    async handle(call) {
      const whole = await readOwnSignature(call.reads, call.account.accountId, call.pathNumber('senderid'));
      return toSignature(whole, deps.hosts, call.now);
    },
  });
}
