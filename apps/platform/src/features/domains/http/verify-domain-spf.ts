// POST /domains/{id}/verifyspf: deprecated by Postmark, and still answered.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { DomainDeps } from '../ports.ts';
import { toRecordFields } from '../record-fields.ts';
import { verifySpf } from '../verify-domain.ts';

export function verifyDomainSpf(deps: DomainDeps): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/domains/:domainid/verifyspf',
    token: 'account',
    group: 'Domains',
    summary: 'Confirms that the SPF record of the domain is not needed (deprecated).',
    response: Type.Object({
      SPFVerified: Type.Boolean(),
      SPFHost: Type.String(),
      SPFTextValue: Type.String(),
    }),
    async handle(call) {
      const domain = await verifySpf(deps, call.account.accountId, call.pathNumber('domainid'), call.now);
      const fields = toRecordFields(domain, deps.hosts, call.now);
      return {
        SPFVerified: fields.SPFVerified,
        SPFHost: fields.SPFHost,
        SPFTextValue: fields.SPFTextValue,
      };
    },
  });
}
