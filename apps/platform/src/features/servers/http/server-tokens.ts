// /servers/:serverid/tokens: the API tokens of a server. Ours: Postmark changes them in its web app only.

import { type Static, Type } from 'typebox';
import { toWireDate } from '../../../edges/http-api/dates.ts';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { ServerDeps } from '../ports.ts';
import type { ServerToken } from '../server.ts';
import { addServerToken, readServerTokens, revokeServerToken } from '../server-tokens.ts';

const tokenSchema = Type.Object({
  ID: Type.Integer(),
  Name: Type.String(),
  Token: Type.String(),
  CreatedAt: Type.String(),
});

function toWireToken({ tokenId, name, token, createdAt }: ServerToken): Static<typeof tokenSchema> {
  return { ID: tokenId, Name: name, Token: token, CreatedAt: toWireDate(createdAt) };
}

export function getServerTokens(deps: ServerDeps): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/servers/:serverid/tokens',
    token: 'account',
    group: 'Servers',
    summary: 'Lists the valid API tokens of a server, oldest first. An extension.',
    response: Type.Object({ TotalCount: Type.Integer(), Tokens: Type.Array(tokenSchema) }),
    async handle(call) {
      const serverId = call.pathNumber('serverid') ?? 0;
      const tokens = await readServerTokens(call.reads, deps.keyRing, call.account.accountId, serverId);
      return { TotalCount: tokens.length, Tokens: tokens.map(toWireToken) };
    },
  });
}

export function createServerToken(deps: ServerDeps): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/servers/:serverid/tokens',
    token: 'account',
    group: 'Servers',
    summary: 'Adds an API token to a server. An extension.',
    body: Type.Object({ Name: Type.Optional(Type.String({ description: '1 to 100 characters.' })) }),
    response: tokenSchema,
    async handle(call) {
      const serverId = call.pathNumber('serverid') ?? 0;
      const { accountId } = call.account;
      const name = call.body.Name ?? '';
      return toWireToken(
        await call.transaction((tx, now) => addServerToken(tx, deps.keyRing, accountId, serverId, name, now)),
      );
    },
  });
}

export function deleteServerToken(): Endpoint {
  return defineEndpoint({
    method: 'DELETE',
    path: '/servers/:serverid/tokens/:tokenid',
    token: 'account',
    group: 'Servers',
    summary: 'Revokes an API token of a server at once. An extension.',
    response: Type.Object({ ErrorCode: Type.Integer(), Message: Type.String() }),
    async handle(call) {
      const serverId = call.pathNumber('serverid') ?? 0;
      const tokenId = call.pathNumber('tokenid') ?? 0;
      const name = await call.transaction((tx, now) =>
        revokeServerToken(tx, call.account.accountId, serverId, tokenId, now),
      );
      return { ErrorCode: 0, Message: `Token ${name} revoked.` };
    },
  });
}
