// POST /domains/{id}/rotatedkim: a new DKIM key waits for its record; the old one goes on signing until then.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { DomainDeps } from '../ports.ts';
import { rotateDkim } from '../rotate-dkim.ts';
import { domainSchema, toDomain } from './domain-schema.ts';

export function rotateDomainDkim(deps: DomainDeps): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/domains/:domainid/rotatedkim',
    token: 'account',
    group: 'Domains',
    summary: 'Begins a rotation of the DKIM key.',
    response: domainSchema,
    async handle(call) {
      const domain = await rotateDkim(deps, call.account.accountId, call.pathNumber('domainid'), call.now);
      return toDomain(domain, deps.hosts, call.now);
    },
  });
}
