// PUT /domains/{id}/verifyDkim: looks at the DKIM records in the DNS. 200 whether they are there or not.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { DomainDeps } from '../ports.ts';
import { verifyDomain } from '../verify-domain.ts';
import { domainSchema, toDomain } from './domain-schema.ts';

export function verifyDomainDkim(deps: DomainDeps): Endpoint {
  return defineEndpoint({
    method: 'PUT',
    path: '/domains/:domainid/verifydkim',
    token: 'account',
    group: 'Domains',
    summary: 'Checks the DKIM records of a domain.',
    response: domainSchema,
    async handle(call) {
      const domain = await verifyDomain(deps, call.account.accountId, call.pathNumber('domainid'), 'dkim', call.now);
      return toDomain(domain, deps.hosts, call.now);
    },
  });
}
