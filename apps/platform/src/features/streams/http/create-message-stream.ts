// POST /message-streams: adds a stream to the server.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { createStream } from '../create-stream.ts';
import { readNewStream } from '../stream-rules.ts';
import { messageStreamSchema, streamChangeFields, toStreamFields, toWireStream } from './message-stream.ts';

export function createMessageStream(): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/message-streams',
    token: 'server',
    group: 'Message streams',
    summary: 'Adds a message stream to the server, which may have ten.',
    body: Type.Object({
      ID: Type.Optional(Type.String({ description: 'Lower-case letters, digits, - and _, at most 30.' })),
      MessageStreamType: Type.Optional(Type.String({ description: 'Transactional or Broadcasts.' })),
      ...streamChangeFields,
    }),
    response: messageStreamSchema,
    async handle(call) {
      const { body } = call;
      const stream = readNewStream({ ...toStreamFields(body), streamId: body.ID, streamType: body.MessageStreamType });
      return toWireStream(await call.transaction((tx, now) => createStream(tx, call.server.serverId, stream, now)));
    },
  });
}
