// POST /senders/{id}/requestnewdkim: deprecated by Postmark, and still answered. Clients disagree whether the answer is a
// bare confirmation or the signature, so it is both.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { DomainDeps } from '../../domains/ports.ts';
import { requestNewDkim } from '../renew-sender-records.ts';
import { renewedSchema, toSignature } from './signature-schema.ts';

export function requestNewDkimForSenderSignature(deps: DomainDeps): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/senders/:senderid/requestnewdkim',
    token: 'account',
    group: 'Sender signatures',
    summary: 'Begins a rotation of the DKIM key of the domain (deprecated).',
    response: renewedSchema,
    async handle(call) {
      const whole = await requestNewDkim(deps, call.account.accountId, call.pathNumber('senderid'), call.now);
      const { emailAddress } = whole.signature;
      return {
        ErrorCode: 0,
        Message: `A new DKIM key for Sender Signature ${emailAddress} waits for its DNS record.`,
        ...toSignature(whole, deps.hosts, call.now),
      };
    },
  });
}
