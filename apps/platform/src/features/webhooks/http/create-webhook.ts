// POST /webhooks: adds a webhook to a stream.

import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import type { CallSamples } from '../call-samples.ts';
import { checkRoomForWebhook, createWebhook as create, type NewWebhook } from '../create-webhook.ts';
import { readKeyKind } from '../signing-key-rules.ts';
import { makeSigningKey } from '../signing-keys.ts';
import { decideNewSettings, readState } from '../webhook-rules.ts';
import { refuseUnlessVerified, toVerificationReport } from './verification-report.ts';
import {
  readChange,
  refuseUnsuitable,
  toWireWebhook,
  verifyQuery,
  type WebhookBody,
  webhookBody,
  webhookSchema,
} from './webhook-schema.ts';

function readNewWebhook(serverId: number, body: WebhookBody, now: Date): Omit<NewWebhook, 'isVerified'> {
  if (body.ID !== undefined) throw new Refusal('webhook_id_not_allowed');
  return {
    ...decideNewSettings(readChange(body)),
    serverId,
    // An empty text comes from clients that know no better way to say "the usual".
    streamId: body.MessageStream || 'outbound',
    state: readState(body.State) ?? 'active',
    signingKey: makeSigningKey(readKeyKind('SignatureType', body.SignatureType) ?? 'hmac', now),
  };
}

export function createWebhook(keyRing: KeyRing, callSamples: CallSamples): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/webhooks',
    token: 'server',
    group: 'Webhooks',
    summary: 'Adds a webhook to a message stream.',
    body: Type.Object(webhookBody),
    query: verifyQuery,
    response: webhookSchema,
    async handle(call) {
      const { body, now } = call;
      refuseUnsuitable(body, call.bodyLength);
      const created = readNewWebhook(call.server.serverId, body, now);
      const mustVerify = body.Verify ?? call.query.verify;
      if (mustVerify) {
        await checkRoomForWebhook(call.reads, created.serverId, created.streamId);
        const answers = await callSamples({ ...created, signingKeys: [created.signingKey] }, created.triggers);
        refuseUnlessVerified(toVerificationReport(0, created.target.url, answers));
      }
      const isVerified = mustVerify !== false;
      return toWireWebhook(await call.transaction(tx => create(tx, keyRing, { ...created, isVerified }, now)));
    },
  });
}
