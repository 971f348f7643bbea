// PUT /messages/inbound/{id}/bypass and …/retry: post what was blocked, or what could not be posted.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { RecordEvents } from '../../events/record-events.ts';
import { bypass, type Release, releaseInbound, retry } from '../release-inbound.ts';

export function bypassBlockedInboundMessage(recordEvents: RecordEvents): Endpoint {
  const texts = { summary: 'Posts a blocked message all the same.', done: 'Successfully bypassed message' };
  return releaseEndpoint(recordEvents, bypass, texts);
}

export function retryInboundHookForMessage(recordEvents: RecordEvents): Endpoint {
  const texts = { summary: 'Posts a failed message again.', done: 'Successfully rescheduled failed message' };
  return releaseEndpoint(recordEvents, retry, texts);
}

function releaseEndpoint(
  recordEvents: RecordEvents,
  release: Release,
  { summary, done }: { summary: string; done: string },
): Endpoint {
  return defineEndpoint({
    method: 'PUT',
    path: `/messages/inbound/:messageid/${release.why}`,
    token: 'server',
    group: 'Inbound messages',
    summary,
    response: Type.Object({ ErrorCode: Type.Integer(), Message: Type.String() }),
    async handle(call) {
      const { serverId } = call.server;
      const messageId = await call.transaction((tx, now) =>
        releaseInbound(tx, recordEvents, release, serverId, call.pathText('messageid'), now),
      );
      return { ErrorCode: 0, Message: `${done}: ${messageId}.` };
    },
  });
}
