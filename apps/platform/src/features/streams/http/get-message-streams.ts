// GET /message-streams: the streams of a server. GET /message-streams/:streamid: one of them.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { readStream, readStreams } from '../read-streams.ts';
import { readTypeFilter } from '../stream-rules.ts';
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

export function getMessageStream(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/message-streams/:streamid',
    token: 'server',
    group: 'Message streams',
    summary: 'Reads a message stream, archived or not.',
    response: messageStreamSchema,
    handle: async call => toWireStream(await readStream(call.reads, call.server.serverId, call.pathText('streamid'))),
  });
}
