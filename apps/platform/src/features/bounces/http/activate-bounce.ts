// PUT /bounces/{id}/activate: lets the address of a bounce receive again.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { RecordEvents } from '../../events/record-events.ts';
import { activateBounce as activate } from '../activate-bounce.ts';
import type { ReadDumps } from '../read-dumps.ts';
import { bounceIdOf } from './bounce-of-call.ts';
import { bounceWithContentSchema, toWireBounceWithContent } from './bounce-schema.ts';

export function activateBounce(readDumps: ReadDumps, recordEvents: RecordEvents): Endpoint {
  return defineEndpoint({
    method: 'PUT',
    path: '/bounces/:bounceid/activate',
    token: 'server',
    group: 'Bounces',
    summary: 'Lets the address of a bounce receive mail of its stream again.',
    response: Type.Object({ Message: Type.String(), Bounce: bounceWithContentSchema }),
    async handle(call) {
      const { serverId } = call.server;
      const bounceId = bounceIdOf(call);
      const bounce = await call.transaction((tx, now) => activate(tx, recordEvents, serverId, bounceId, now));
      const dumps = await readDumps(call.reads, [bounce], call.now);
      return { Message: 'OK', Bounce: toWireBounceWithContent(bounce, dumps.get(bounceId), call.now) };
    },
  });
}
