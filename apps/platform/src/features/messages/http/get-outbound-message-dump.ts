// GET /messages/outbound/{id}/dump: the raw source of one message.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { dumpMessage, type FindKeys } from '../dump-message.ts';
import { findOutbound } from '../find-outbound.ts';
import type { ComplaintLoop, FindSentId, IsQueuedCondition } from '../ports.ts';

export function getOutboundMessageDump(
  isQueued: IsQueuedCondition,
  findKeys: FindKeys,
  loop?: ComplaintLoop,
  findSentId?: FindSentId,
): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/messages/outbound/:messageid/dump',
    token: 'server',
    group: 'Messages',
    summary: 'Shows the raw source of one outbound message; empty when it is no longer held.',
    response: Type.Object({ Body: Type.String() }),
    async handle(call) {
      const { serverId } = call.server;
      const messageId = call.pathText('messageid');
      const { message, content } = await findOutbound(call.reads, serverId, messageId, isQueued, findSentId);
      return { Body: await dumpMessage(serverId, message.messageId, content, findKeys, loop) };
    },
  });
}
