// GET /bounces/tags: the tags of messages that bounced. Gone from Postmark's documentation; some clients still call it.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { readBounceTags } from '../read-bounces.ts';

export function getBounceTags(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/bounces/tags',
    token: 'server',
    group: 'Bounces',
    summary: 'Lists the tags of messages that bounced.',
    response: Type.Array(Type.String()),
    handle: ({ reads, server }) => readBounceTags(reads, server.serverId),
  });
}
