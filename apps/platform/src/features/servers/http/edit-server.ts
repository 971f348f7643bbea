// PUT /server: a server changes itself. PUT /servers/:serverid: its account changes it. Both take the same fields.

import type { Static } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { checkInboundDomain } from '../check-inbound-domain.ts';
import { editServer as edit } from '../edit-server.ts';
import type { ServerDeps } from '../ports.ts';
import type { ServerChange } from '../server.ts';
import { readServerChange, refuseEmptyChange } from '../server-rules.ts';
import { changedServerSchema, serverBody, toServerFields, toWireServer, withWarning } from './server-object.ts';

function readChange(body: Static<typeof serverBody>, deps: ServerDeps): ServerChange {
  const change = readServerChange(toServerFields(body), deps.limits);
  refuseEmptyChange(change);
  return change;
}

export function editOwnServer(deps: ServerDeps): Endpoint {
  return defineEndpoint({
    method: 'PUT',
    path: '/server',
    token: 'server',
    group: 'Servers',
    summary: 'Changes the server behind the token; what is left out stays.',
    body: serverBody,
    response: changedServerSchema,
    async handle(call) {
      const { serverId } = call.server;
      const change = readChange(call.body, deps);
      const warning = await checkInboundDomain(call.reads, deps, serverId, change.inboundDomain);
      const which = { serverId, accountId: undefined };
      const server = await call.transaction((tx, now) => edit(tx, deps, which, change, now));
      return withWarning(toWireServer(server, deps), warning);
    },
  });
}

export function editServer(deps: ServerDeps): Endpoint {
  return defineEndpoint({
    method: 'PUT',
    path: '/servers/:serverid',
    token: 'account',
    group: 'Servers',
    summary: 'Changes a server; what is left out stays.',
    body: serverBody,
    response: changedServerSchema,
    async handle(call) {
      const which = { serverId: call.pathNumber('serverid') ?? 0, accountId: call.account.accountId };
      const change = readChange(call.body, deps);
      const warning = await checkInboundDomain(call.reads, deps, which.serverId, change.inboundDomain);
      const server = await call.transaction((tx, now) => edit(tx, deps, which, change, now));
      return withWarning(toWireServer(server, deps), warning);
    },
  });
}
