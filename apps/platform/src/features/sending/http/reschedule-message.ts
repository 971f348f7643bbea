// PATCH /email/scheduled/{id}: another time for a message that waits.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { rescheduleMessage, scheduledKey } from '../scheduled/change-scheduled.ts';
import { scheduledMessageSchema, toWaitingMessage } from './scheduled-message.ts';

export function rescheduleScheduledMessage(): Endpoint {
  return defineEndpoint({
    method: 'PATCH',
    path: '/email/scheduled/:messageid',
    token: 'server',
    group: 'Scheduled messages',
    summary: 'Gives a message that waits another SendAt, and the MessageID of that time. An extension.',
    body: Type.Object({
      SendAt: Type.Optional(Type.String({ description: 'ISO 8601, up to 90 days ahead; the past means at once.' })),
    }),
    response: scheduledMessageSchema,
    async handle(call) {
      const key = scheduledKey(call.server.serverId, call.pathText('messageid'));
      return toWaitingMessage(await call.transaction((tx, now) => rescheduleMessage(tx, key, call.body.SendAt, now)));
    },
  });
}
