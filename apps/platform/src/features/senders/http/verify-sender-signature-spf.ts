// POST /senders/{id}/verifyspf: deprecated by Postmark, and still answered.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { DomainDeps } from '../../domains/ports.ts';
import { verifySenderSpf } from '../renew-sender-records.ts';
import { signatureSchema, toSignature } from './signature-schema.ts';

export function verifySenderSignatureSpf(deps: DomainDeps): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/senders/:senderid/verifyspf',
    token: 'account',
    group: 'Sender signatures',
    summary: 'Confirms that the SPF record of the domain is not needed (deprecated).',
    response: signatureSchema,
    async handle(call) {
      const whole = await verifySenderSpf(deps, call.account.accountId, call.pathNumber('senderid'), call.now);
      return toSignature(whole, deps.hosts, call.now);
    },
  });
}
