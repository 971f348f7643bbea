// GET /messages/outbound/{id}/details: one message with its bodies, its source and its timeline.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { bodiesOf } from '../bodies-of.ts';
import type { FindKeys } from '../dump-message.ts';
import type { ComplaintLoop, FindSentId, IsQueuedCondition } from '../ports.ts';
import { readOutboundDetails } from '../read-outbound-details.ts';
import { toMessageEvents } from './message-event.ts';
import { outboundDetailsSchema, toOutboundMessage } from './outbound-message.ts';

export function getOutboundMessageDetails(
  isQueued: IsQueuedCondition,
  findKeys: FindKeys,
  loop?: ComplaintLoop,
  findSentId?: FindSentId,
): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/messages/outbound/:messageid/details',
    token: 'server',
    group: 'Messages',
    summary: 'Shows one outbound message with its bodies and its timeline.',
    response: outboundDetailsSchema,
    async handle(call) {
      const { serverId } = call.server;
      const messageId = call.pathText('messageid');
      const { message, content, source, events } = await readOutboundDetails(
        call.reads,
        serverId,
        messageId,
        isQueued,
        findKeys,
        call.now,
        loop,
        findSentId,
      );
      const { text, html } = content ? bodiesOf(content) : {};
      return {
        ...(text === undefined ? {} : { TextBody: text }),
        ...(html === undefined ? {} : { HtmlBody: html }),
        Body: source,
        ...toOutboundMessage(message),
        MessageEvents: toMessageEvents(events),
      };
    },
  });
}
