// Endpoints that only tell what reached them, for tests of what comes before an endpoint.

import { type TSchema, Type } from 'typebox';
import { type Call, defineEndpoint, type Endpoint, type TokenKind } from '../endpoint.ts';
import { textMap } from '../wire-types.ts';

const message = Type.Object({
  From: Type.Optional(Type.String()),
  HtmlBody: Type.Optional(Type.String()),
  Metadata: Type.Optional(textMap()),
});

type Shape = Pick<Endpoint, 'method' | 'path' | 'token'> & Partial<Endpoint>;

function echo(shape: Shape, parts: string[] = []): Endpoint {
  return defineEndpoint<TokenKind, TSchema, TSchema>({
    summary: 'Tells what it was given.',
    group: 'Tests',
    response: Type.Object({}),
    handle: async call => describeCall(call, parts),
    ...shape,
  });
}

function describeCall(call: Call, parts: string[]) {
  const callers = call as Partial<Call<'server'> & Call<'account'>>;
  return {
    Body: call.body,
    BodyLength: call.bodyLength,
    Query: call.query,
    Path: Object.fromEntries(parts.map(part => [part, call.pathText(part)])),
    ServerId: callers.server?.serverId,
    IsTest: callers.server?.isTest,
    AccountId: callers.account?.accountId,
    ClientAddress: call.clientAddress,
  };
}

const query = Type.Object({ fromdate: Type.Optional(Type.String()), active: Type.Optional(Type.Boolean()) });

export const echoEndpoints: Endpoint[] = [
  echo({
    method: 'POST',
    path: '/email',
    token: 'server',
    body: message,
    acceptsTestToken: true,
    bodyBytesMax: 100_000,
  }),
  echo({ method: 'POST', path: '/email/batch', token: 'server', body: Type.Array(message) }),
  echo({ method: 'GET', path: '/messages/outbound', token: 'server', query }),
  echo({ method: 'GET', path: '/messages/outbound/:messageid/details', token: 'server' }, ['messageid']),
  echo({ method: 'PUT', path: '/bounces/:bounceid/activate', token: 'server' }, ['bounceid']),
  echo({ method: 'DELETE', path: '/bounces/:bounceid', token: 'server' }, ['bounceid']),
  echo({ method: 'POST', path: '/domains', token: 'account', body: message }),
  echo({ method: 'GET', path: '/open', token: 'none' }),
];
