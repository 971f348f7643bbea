// GET /bounces/{id}/dump: the source of one bounce.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { ReadDumps } from '../read-dumps.ts';
import { bounceOfCall } from './bounce-of-call.ts';

export function getBounceDump(readDumps: ReadDumps): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/bounces/:bounceid/dump',
    token: 'server',
    group: 'Bounces',
    summary: 'Shows the source of one bounce; empty when it is no longer held.',
    response: Type.Object({ Body: Type.String() }),
    async handle(call) {
      const bounce = await bounceOfCall(call);
      const dumps = await readDumps(call.reads, [bounce], call.now);
      return { Body: dumps.get(bounce.bounceId) ?? '' };
    },
  });
}
