// PUT /domains/{id}/verifyCustomTracking: looks at the CNAME of the custom tracking domain. 200 whether it is there or not.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { DomainDeps } from '../ports.ts';
import { verifyDomain } from '../verify-domain.ts';
import { domainSchema, toDomain } from './domain-schema.ts';

export function verifyCustomTracking(deps: DomainDeps): Endpoint {
  return defineEndpoint({
    method: 'PUT',
    path: '/domains/:domainid/verifycustomtracking',
    token: 'account',
    group: 'Domains',
    summary: 'Checks the CNAME record of the custom tracking domain.',
    response: domainSchema,
    async handle(call) {
      const domain = await verifyDomain(
        deps,
        call.account.accountId,
        call.pathNumber('domainid'),
        'custom_tracking',
        call.now,
      );
      return toDomain(domain, deps.hosts, call.now);
    },
  });
}
