// PUT /domains/{id}/verifyReturnPath: looks at the CNAME of the return path. 200 whether it is there or not.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { DomainDeps } from '../ports.ts';
import { verifyDomain } from '../verify-domain.ts';
import { domainSchema, toDomain } from './domain-schema.ts';

export function verifyDomainReturnPath(deps: DomainDeps): Endpoint {
  return defineEndpoint({
    method: 'PUT',
    path: '/domains/:domainid/verifyreturnpath',
    token: 'account',
    group: 'Domains',
    summary: 'Checks the CNAME record of the return path domain.',
    response: domainSchema,
    async handle(call) {
      const domain = await verifyDomain(
        deps,
        call.account.accountId,
        call.pathNumber('domainid'),
        'return_path',
        call.now,
      );
      return toDomain(domain, deps.hosts, call.now);
    },
  });
}
