// GET /message-streams: the streams of a server. GET /message-streams/:streamid: one of them.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { ServerDeps } from '../../servers/ports.ts';
import { findInboundAction } from '../inbound-action.ts';
import { readStream, readStreams } from '../read-streams.ts';
import { readTypeFilter } from '../stream-rules.ts';
import { inboundActionSchema, toWireAction } from './inbound-action.ts';
import { messageStreamSchema, toWireStream } from './message-stream.ts';

export function getMessageStreams(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/message-streams',
    token: 'server',
    group: 'Message streams',
    summary: 'Lists the message streams of the server, oldest first.',
    query: Type.Object({
      MessageStreamType: Type.Optional(
        Type.String({ description: 'All (the default), Transactional, Broadcasts or Inbound.' }),
      ),
      IncludeArchivedStreams: Type.Optional(Type.Boolean({ description: 'False when absent.' })),
    }),
    response: Type.Object({ MessageStreams: Type.Array(messageStreamSchema), TotalCount: Type.Integer() }),
    async handle(call) {
      const streams = await readStreams(call.reads, call.server.serverId, {
        streamType: readTypeFilter(call.query.MessageStreamType),
        includesArchived: call.query.IncludeArchivedStreams ?? false,
      });
      return { MessageStreams: streams.map(toWireStream), TotalCount: streams.length };
    },
  });
}

export function getMessageStream(deps: Pick<ServerDeps, 'keyRing'>): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/message-streams/:streamid',
    token: 'server',
    group: 'Message streams',
    summary: 'Reads a message stream, archived or not.',
    response: Type.Object({ ...messageStreamSchema.properties, InboundAction: Type.Optional(inboundActionSchema) }),
    async handle(call) {
      const { serverId } = call.server;
      const stream = await readStream(call.reads, serverId, call.pathText('streamid'));
      if (stream.streamType !== 'Inbound') return toWireStream(stream);
      const action = await findInboundAction(call.reads, deps, serverId);
      return { ...toWireStream(stream), InboundAction: toWireAction(action) };
    },
  });
}
