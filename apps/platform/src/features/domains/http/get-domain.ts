// GET /domains/{id}: one domain with its records.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { readOwnDomain } from '../find-domain.ts';
import type { DomainDeps } from '../ports.ts';
import { domainSchema, toDomain } from './domain-schema.ts';

export function getDomain(deps: DomainDeps): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/domains/:domainid',
    token: 'account',
    group: 'Domains',
    summary: 'Shows one domain with the records to publish.',
    response: domainSchema,
    async handle(call) {
      const domain = await readOwnDomain(call.reads, call.account.accountId, call.pathNumber('domainid'));
      return toDomain(domain, deps.hosts, call.now);
    },
  });
}
