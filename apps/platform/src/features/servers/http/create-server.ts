// POST /servers: adds a server to the account.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { addServer } from '../add-server.ts';
import { checkInboundDomain } from '../check-inbound-domain.ts';
import type { ServerDeps } from '../ports.ts';
import { readServerChange, refuseEmptyChange } from '../server-rules.ts';
import { changedServerSchema, serverBody, toServerFields, toWireServer, withWarning } from './server-object.ts';

export function createServer(deps: ServerDeps): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/servers',
    token: 'account',
    group: 'Servers',
    summary: 'Adds a server, with a token and its three streams.',
    body: serverBody,
    response: changedServerSchema,
    async handle(call) {
      const wanted = readServerChange(toServerFields(call.body), deps.limits);
      refuseEmptyChange(wanted);
      const warning = await checkInboundDomain(call.reads, deps, undefined, wanted.inboundDomain);
      const { accountId } = call.account;
      const server = await call.transaction((tx, now) => addServer(tx, deps, accountId, wanted, now));
      return withWarning(toWireServer(server, deps), warning);
    },
  });
}
