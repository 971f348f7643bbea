// GET /servers: the servers of an account, oldest first.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { pagingQuery, readPaging } from '../../../edges/http-api/paging.ts';
import { Refusal } from '../../../refusals.ts';
import type { ServerDeps } from '../ports.ts';
import { readServers } from '../read-server.ts';
import { serverSchema, toWireServer } from './server-object.ts';

export function getServers(deps: ServerDeps): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/servers',
    token: 'account',
    group: 'Servers',
    summary: 'Lists the servers of the account, oldest first.',
    query: Type.Object({
      ...pagingQuery,
      name: Type.Optional(Type.String({ description: 'A part of the name, in any case.' })),
    }),
    response: Type.Object({ TotalCount: Type.Integer(), Servers: Type.Array(serverSchema) }),
    async handle(call) {
      const paging = readPaging(call.query, null);
      if (paging.kind === 'refused') throw new Refusal('server_list_invalid', paging.text);
      const found = await readServers(call.reads, deps.keyRing, call.account.accountId, call.query.name, paging);
      return { TotalCount: found.totalCount, Servers: found.servers.map(server => toWireServer(server, deps)) };
    },
  });
}
