// POST /webhooks/{id}/secrets/rotate: a new signing key, with the old ones beside it for a while. Ours.

import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { rotateSigningKey } from '../rotate-signing-key.ts';
import { readKeyKind, readOverlapInSeconds } from '../signing-key-rules.ts';
import { readWebhookId } from './webhook-schema.ts';
import { toWireSecrets, webhookSecretsSchema } from './webhook-secret.ts';

export function rotateWebhookSecret(keyRing: KeyRing): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/webhooks/:webhookid/secrets/rotate',
    token: 'server',
    group: 'Webhooks',
    summary: 'Gives a webhook a new signing key; the old ones sign beside it for a while. Ours.',
    body: Type.Object({
      Type: Type.Optional(Type.String({ description: '`hmac` or `ed25519`; like the present one when absent.' })),
      OverlapHours: Type.Optional(
        Type.Number({ description: 'How long the old keys go on signing, 0 to 720; 24 when absent.' }),
      ),
    }),
    response: webhookSecretsSchema,
    async handle(call) {
      const webhookId = readWebhookId(call);
      const rotation = {
        kind: readKeyKind('Type', call.body.Type),
        overlapInSeconds: readOverlapInSeconds(call.body.OverlapHours),
      };
      const keys = await call.transaction((tx, now) =>
        rotateSigningKey(tx, keyRing, call.server.serverId, webhookId, rotation, now),
      );
      return toWireSecrets(keys, call.now);
    },
  });
}
