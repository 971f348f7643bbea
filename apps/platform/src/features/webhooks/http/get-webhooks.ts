// GET /webhooks: the webhooks of a server, or of one of its streams.

import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import { listWebhooks } from '../find-webhooks.ts';
import { toWireWebhook, webhookSchema } from './webhook-schema.ts';

/** Postmark documents a refusal of this filter, but not the filter. */
function readStatus(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  const status = text.toLowerCase();
  if (status === 'verified' || status === 'unverified') return status === 'verified';
  throw new Refusal('webhook_status_invalid', "The 'status' must be one of verified, unverified.");
}

export function getWebhooks(keyRing: KeyRing): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/webhooks',
    token: 'server',
    group: 'Webhooks',
    summary: 'Lists the webhooks of the server.',
    query: Type.Object({
      messagestream: Type.Optional(Type.String({ description: 'Those of one stream only.' })),
      status: Type.Optional(Type.String({ description: '`verified` or `unverified`.' })),
      includeserverhooks: Type.Optional(
        Type.Boolean({ description: 'Also those that stand for the hook URLs of the server itself. Ours.' }),
      ),
    }),
    response: Type.Object({ Webhooks: Type.Array(webhookSchema) }),
    async handle({ query, reads, server }) {
      const isVerified = readStatus(query.status);
      const filter = { isVerified, includesServerHooks: query.includeserverhooks ?? false };
      const webhooks = await listWebhooks(reads, keyRing, server.serverId, query.messagestream, filter);
      return { Webhooks: webhooks.map(toWireWebhook) };
    },
  });
}
