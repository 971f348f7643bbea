// GET /domains: the account's domains, by name.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { pagingQuery, readPaging } from '../../../edges/http-api/paging.ts';
import { Refusal } from '../../../refusals.ts';
import { readDomainPage } from '../find-domain.ts';
import { domainItemSchema, toDomainItem } from './domain-schema.ts';

export function getDomains(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/domains',
    token: 'account',
    group: 'Domains',
    summary: 'Lists the domains of the account.',
    query: Type.Object(pagingQuery),
    response: Type.Object({ TotalCount: Type.Integer(), Domains: Type.Array(domainItemSchema) }),
    async handle(call) {
      const page = readPaging(call.query, null);
      if (page.kind === 'refused') throw new Refusal('sender_or_domain_list_invalid', page.text);
      const { total, domains } = await readDomainPage(call.reads, call.account.accountId, page);
      return { TotalCount: total, Domains: domains.map(toDomainItem) };
    },
  });
}
