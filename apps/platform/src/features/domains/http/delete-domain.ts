// DELETE /domains/{id}: removes a domain and its keys.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { deleteDomain as deleteIt } from '../delete-domain.ts';
import type { DomainDeps } from '../ports.ts';

export function deleteDomain(deps: DomainDeps): Endpoint {
  return defineEndpoint({
    method: 'DELETE',
    path: '/domains/:domainid',
    token: 'account',
    group: 'Domains',
    summary: 'Removes a domain and its keys.',
    response: Type.Object({ ErrorCode: Type.Integer(), Message: Type.String() }),
    async handle(call) {
      const name = await deleteIt(deps, call.account.accountId, call.pathNumber('domainid'));
      return { ErrorCode: 0, Message: `Domain ${name} removed.` };
    },
  });
}
