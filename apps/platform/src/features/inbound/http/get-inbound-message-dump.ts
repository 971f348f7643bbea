// GET /messages/inbound/{id}/dump, an extension: the source of one inbound message.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { ReadInbound } from '../read-inbound.ts';

export function getInboundMessageDump(reading: ReadInbound): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/messages/inbound/:messageid/dump',
    token: 'server',
    group: 'Inbound messages',
    summary: 'Shows the source of one inbound message, as RawEmail; empty when it is no longer held (extension).',
    response: Type.Object({ Body: Type.String() }),
    async handle(call) {
      const { serverId } = call.server;
      return { Body: await reading.dump(call.reads, serverId, call.pathText('messageid')) };
    },
  });
}
