// GET, POST and DELETE /rebound: shows, makes and takes away the public token of a server. Ours: Postmark has it on a page
// of its web application.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { makeReboundToken, readReboundToken, turnReboundOff } from '../rebound.ts';

const response = Type.Object({
  Enabled: Type.Boolean(),
  PublicToken: Type.Union([Type.String(), Type.Null()]),
  ScriptPath: Type.String(),
});

function toAnswer(publicToken: string | undefined) {
  return { Enabled: publicToken !== undefined, PublicToken: publicToken ?? null, ScriptPath: '/rebound.js' };
}

export function getRebound(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/rebound',
    token: 'server',
    group: 'Bounces',
    summary: 'Shows the public token of Rebound (extension).',
    response,
    handle: async ({ reads, server }) => toAnswer(await readReboundToken(reads, server.serverId)),
  });
}

export function createReboundToken(): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/rebound',
    token: 'server',
    group: 'Bounces',
    summary: 'Turns Rebound on, or gives it a new public token (extension).',
    response,
    async handle(call) {
      return toAnswer(await call.transaction((tx, now) => makeReboundToken(tx, call.server.serverId, now)));
    },
  });
}

export function deleteRebound(): Endpoint {
  return defineEndpoint({
    method: 'DELETE',
    path: '/rebound',
    token: 'server',
    group: 'Bounces',
    summary: 'Turns Rebound off (extension).',
    response,
    async handle(call) {
      await call.transaction(tx => turnReboundOff(tx, call.server.serverId));
      return toAnswer(undefined);
    },
  });
}
