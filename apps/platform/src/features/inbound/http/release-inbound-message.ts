// PUT /messages/inbound/{id}/bypass and …/retry: post what was blocked, or what could not be posted.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { RecordEvents } from '../../events/record-events.ts';
import { bypass, releaseInbound, retry } from '../release-inbound.ts';

const response = Type.Object({ ErrorCode: Type.Integer(), Message: Type.String() });

export function bypassBlockedInboundMessage(recordEvents: RecordEvents): Endpoint {
  return defineEndpoint({
    method: 'PUT',
    path: '/messages/inbound/:messageid/bypass',
    token: 'server',
    group: 'Inbound messages',
    summary: 'Posts a blocked message all the same.',
    response,
    async handle(call) {
      const { serverId } = call.server;
      const messageId = await call.transaction((tx, now) =>
        releaseInbound(tx, recordEvents, bypass, serverId, call.pathText('messageid'), now),
      );
      return { ErrorCode: 0, Message: `Successfully bypassed message: ${messageId}.` };
    },
  });
}

export function retryInboundHookForMessage(recordEvents: RecordEvents): Endpoint {
  return defineEndpoint({
    method: 'PUT',
    path: '/messages/inbound/:messageid/retry',
    token: 'server',
    group: 'Inbound messages',
    summary: 'Posts a failed message again.',
    response,
    async handle(call) {
      const { serverId } = call.server;
      const messageId = await call.transaction((tx, now) =>
        releaseInbound(tx, recordEvents, retry, serverId, call.pathText('messageid'), now),
      );
      return { ErrorCode: 0, Message: `Successfully rescheduled failed message: ${messageId}.` };
    },
  });
}
