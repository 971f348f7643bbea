// PATCH /message-streams/:streamid: changes name, description and unsubscribe handling. Other fields of a whole stream,
// which some clients send back, are passed over.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { editStream } from '../edit-stream.ts';
import { messageStreamSchema, streamChangeFields, toStreamFields, toWireStream } from './message-stream.ts';

export function editMessageStream(): Endpoint {
  return defineEndpoint({
    method: 'PATCH',
    path: '/message-streams/:streamid',
    token: 'server',
    group: 'Message streams',
    summary: 'Changes a message stream; what is left out stays.',
    body: Type.Object(streamChangeFields),
    response: messageStreamSchema,
    async handle(call) {
      const streamId = call.pathText('streamid');
      const fields = toStreamFields(call.body);
      return toWireStream(
        await call.transaction((tx, now) => editStream(tx, call.server.serverId, streamId, fields, now)),
      );
    },
  });
}
