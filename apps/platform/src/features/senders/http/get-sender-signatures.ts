// GET /senders: the account's sender signatures, by address.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { pagingQuery, readPaging } from '../../../edges/http-api/paging.ts';
import { Refusal } from '../../../refusals.ts';
import { readSignaturePage } from '../read-senders.ts';
import { signatureItemSchema, toSignatureItem } from './signature-schema.ts';

export function getSenderSignatures(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/senders',
    token: 'account',
    group: 'Sender signatures',
    summary: 'Lists the sender signatures of the account.',
    query: Type.Object(pagingQuery),
    response: Type.Object({ TotalCount: Type.Integer(), SenderSignatures: Type.Array(signatureItemSchema) }),
    async handle(call) {
      const page = readPaging(call.query, null);
      if (page.kind === 'refused') throw new Refusal('sender_or_domain_list_invalid', page.text);
      const { total, signatures } = await readSignaturePage(call.reads, call.account.accountId, page);
      return { TotalCount: total, SenderSignatures: signatures.map(toSignatureItem) };
    },
  });
}
