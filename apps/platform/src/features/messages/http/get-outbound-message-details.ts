// GET /messages/outbound/{id}/details: one message with its bodies, its source and its timeline.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { readTimeline } from '../../events/read-timeline.ts';
import { dumpMessage, type FindKeys } from '../dump-message.ts';
import { findOutbound } from '../find-outbound.ts';
import type { IsQueuedCondition } from '../ports.ts';
import { toMessageEvents } from './message-event.ts';
import { outboundDetailsSchema, toOutboundMessage } from './outbound-message.ts';

export function getOutboundMessageDetails(isQueued: IsQueuedCondition, findKeys: FindKeys): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/messages/outbound/:messageid/details',
    token: 'server',
    group: 'Messages',
    summary: 'Shows one outbound message with its bodies and its timeline.',
    response: outboundDetailsSchema,
    async handle(call) {
      const { serverId } = call.server;
      const { message, content } = await findOutbound(call.reads, serverId, call.pathText('messageid'), isQueued);
      const events = await readTimeline(call.reads, serverId, message.messageId, call.now);
      return {
        ...(content?.text === undefined ? {} : { TextBody: content.text }),
        ...(content?.html === undefined ? {} : { HtmlBody: content.html }),
        Body: await dumpMessage(serverId, message.messageId, content, findKeys),
        ...toOutboundMessage(message),
        MessageEvents: toMessageEvents(events),
      };
    },
  });
}
