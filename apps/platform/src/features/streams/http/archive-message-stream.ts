// POST /message-streams/:streamid/archive and …/unarchive. What the clients send as a body (nothing, null, {}) is not
// looked at.

import { Type } from 'typebox';
import { toEasternWireDate } from '../../../edges/http-api/dates.ts';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { archiveStream, unarchiveStream } from '../archive-stream.ts';
import { purgeDate } from '../stream-rules.ts';
import { messageStreamSchema, toWireStream } from './message-stream.ts';

export function archiveMessageStream(): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/message-streams/:streamid/archive',
    token: 'server',
    group: 'Message streams',
    summary: 'Archives a message stream: it sends nothing, and its data is removed 45 days later.',
    response: Type.Object({ ID: Type.String(), ServerID: Type.Integer(), ExpectedPurgeDate: Type.String() }),
    async handle(call) {
      const streamId = call.pathText('streamid');
      const stream = await call.transaction((tx, now) => archiveStream(tx, call.server.serverId, streamId, now));
      return {
        ID: stream.streamId,
        ServerID: stream.serverId,
        ExpectedPurgeDate: toEasternWireDate(purgeDate(stream.archivedAt)),
      };
    },
  });
}

export function unarchiveMessageStream(): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/message-streams/:streamid/unarchive',
    token: 'server',
    group: 'Message streams',
    summary: 'Takes a message stream out of the archive.',
    response: messageStreamSchema,
    async handle(call) {
      const streamId = call.pathText('streamid');
      return toWireStream(
        await call.transaction((tx, now) => unarchiveStream(tx, call.server.serverId, streamId, now)),
      );
    },
  });
}
