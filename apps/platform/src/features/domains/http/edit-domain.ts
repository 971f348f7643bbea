// PUT /domains/{id}: changes the return path or the tracking host. What is absent stays; null or an empty text clears.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { clearableText } from '../../../edges/http-api/wire-types.ts';
import { editDomain as editIt } from '../edit-domain.ts';
import type { DomainDeps } from '../ports.ts';
import { domainSchema, toDomain } from './domain-schema.ts';

export function editDomain(deps: DomainDeps): Endpoint {
  return defineEndpoint({
    method: 'PUT',
    path: '/domains/:domainid',
    token: 'account',
    group: 'Domains',
    summary: 'Changes the return path domain or the custom tracking domain.',
    body: Type.Object({
      Name: Type.Optional(Type.String({ description: 'Cannot be changed.' })),
      ReturnPathDomain: Type.Optional(clearableText({ description: 'A subdomain of the domain; null clears.' })),
      CustomTrackingDomain: Type.Optional(clearableText({ description: 'A subdomain of the domain; null clears.' })),
    }),
    response: domainSchema,
    async handle(call) {
      const { Name, ReturnPathDomain, CustomTrackingDomain } = call.body;
      const domain = await editIt(
        deps,
        call.account.accountId,
        call.pathNumber('domainid'),
        { name: Name, returnPathDomain: ReturnPathDomain, customTrackingDomain: CustomTrackingDomain },
        call.now,
      );
      return toDomain(domain, deps.hosts, call.now);
    },
  });
}
