// GET /server: the server behind the token. GET /servers/:serverid: one of the account's.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { ServerDeps } from '../ports.ts';
import { readServer } from '../read-server.ts';
import { serverSchema, toWireServer } from './server-object.ts';

export function getOwnServer(deps: ServerDeps): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/server',
    token: 'server',
    group: 'Servers',
    summary: 'Reads the server behind the token.',
    response: serverSchema,
    handle: async call =>
      toWireServer(await readServer(call.reads, deps.keyRing, call.server.serverId, undefined), deps),
  });
}

export function getServer(deps: ServerDeps): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/servers/:serverid',
    token: 'account',
    group: 'Servers',
    summary: 'Reads a server.',
    response: serverSchema,
    async handle(call) {
      const serverId = call.pathNumber('serverid') ?? 0;
      return toWireServer(await readServer(call.reads, deps.keyRing, serverId, call.account.accountId), deps);
    },
  });
}
