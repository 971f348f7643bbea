// POST /domains: adds a domain. Its records need not be there yet.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { clearableText } from '../../../edges/http-api/wire-types.ts';
import { Refusal } from '../../../refusals.ts';
import { createDomain as createIt } from '../create-domain.ts';
import type { DomainDeps } from '../ports.ts';
import { domainSchema, toDomain } from './domain-schema.ts';

export function createDomain(deps: DomainDeps): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/domains',
    token: 'account',
    group: 'Domains',
    summary: 'Adds a sending domain and makes its DKIM keys.',
    body: Type.Object({
      Name: Type.Optional(Type.String({ maxLength: 255 })),
      ReturnPathDomain: Type.Optional(clearableText({ description: 'A subdomain of Name.' })),
      CustomTrackingDomain: Type.Optional(clearableText({ description: 'A subdomain of Name.' })),
    }),
    response: domainSchema,
    async handle(call) {
      if (call.bodyLength === 0) throw new Refusal('sender_or_domain_update_empty');
      const { Name, ReturnPathDomain, CustomTrackingDomain } = call.body;
      const domain = await createIt(
        deps,
        call.account.accountId,
        { name: Name, returnPathDomain: ReturnPathDomain, customTrackingDomain: CustomTrackingDomain },
        call.now,
      );
      return toDomain(domain, deps.hosts, call.now);
    },
  });
}
