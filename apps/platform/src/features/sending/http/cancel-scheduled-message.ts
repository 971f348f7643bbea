// DELETE /email/scheduled/{id}: a message that waits is never sent.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { RecordEvents } from '../../events/record-events.ts';
import { cancelScheduled, scheduledKey } from '../scheduled/change-scheduled.ts';
import { scheduledMessageSchema, toEndedMessage } from './scheduled-message.ts';

export function cancelScheduledMessage(recordEvents: RecordEvents): Endpoint {
  return defineEndpoint({
    method: 'DELETE',
    path: '/email/scheduled/:messageid',
    token: 'server',
    group: 'Scheduled messages',
    summary: 'Cancels a message that waits for its SendAt. An extension.',
    response: scheduledMessageSchema,
    async handle(call) {
      const key = scheduledKey(call.server.serverId, call.pathText('messageid'));
      return toEndedMessage(await call.transaction((tx, now) => cancelScheduled(tx, recordEvents, key, now)));
    },
  });
}
