// GET /bounces/{id}: one bounce with its source.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { ReadDumps } from '../read-dumps.ts';
import { bounceOfCall } from './bounce-of-call.ts';
import { bounceWithContentSchema, toWireBounceWithContent } from './bounce-schema.ts';

export function getBounce(readDumps: ReadDumps): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/bounces/:bounceid',
    token: 'server',
    group: 'Bounces',
    summary: 'Shows one bounce with its source.',
    response: bounceWithContentSchema,
    async handle(call) {
      const bounce = await bounceOfCall(call);
      const dumps = await readDumps(call.reads, [bounce], call.now);
      return toWireBounceWithContent(bounce, dumps.get(bounce.bounceId), call.now);
    },
  });
}
