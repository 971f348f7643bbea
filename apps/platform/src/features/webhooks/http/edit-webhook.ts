// PUT /webhooks/{id}: changes what is named and leaves the rest.

import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import type { RecordEvents } from '../../events/record-events.ts';
import type { CallSamples } from '../call-samples.ts';
import { type EditVerification, editWebhook as edit } from '../edit-webhook.ts';
import { getWebhook } from '../find-webhooks.ts';
import { refuseServerHook } from '../server-hook-rules.ts';
import { readKeyKind } from '../signing-key-rules.ts';
import { triggersToVerify } from '../trigger-switch-rules.ts';
import type { Webhook } from '../webhook.ts';
import { decideChangedSettings, readState } from '../webhook-rules.ts';
import { refuseUnlessVerified, toVerificationReport } from './verification-report.ts';
import {
  readChange,
  readWebhookId,
  refuseUnsuitable,
  toWireWebhook,
  verifyQuery,
  type WebhookBody,
  webhookBody,
  webhookSchema,
} from './webhook-schema.ts';

/** Who sends back what he has read means no change, so the value that it has is let through. */
function refuseOtherIdentity(webhook: Webhook, body: WebhookBody): void {
  const isOtherId = body.ID !== undefined && String(body.ID).trim() !== String(webhook.webhookId);
  const isOtherStream = body.MessageStream !== undefined && body.MessageStream !== webhook.streamId;
  if (isOtherId || isOtherStream) throw new Refusal('webhook_identity_fixed');
}

async function verify(
  webhook: Webhook,
  body: WebhookBody,
  mustVerify: boolean | undefined,
  callSamples: CallSamples,
): Promise<EditVerification> {
  if (mustVerify === undefined) return { kind: 'unasked' };
  if (!mustVerify) return { kind: 'declined' };
  const settings = decideChangedSettings(webhook, readChange(body));
  const triggers = triggersToVerify(webhook, settings);
  const answers = await callSamples({ ...webhook, ...settings }, triggers);
  refuseUnlessVerified(toVerificationReport(webhook.webhookId, settings.target.url, answers));
  return { kind: 'passed', target: settings.target, triggers };
}

export function editWebhook(keyRing: KeyRing, recordEvents: RecordEvents, callSamples: CallSamples): Endpoint {
  return defineEndpoint({
    method: 'PUT',
    path: '/webhooks/:webhookid',
    token: 'server',
    group: 'Webhooks',
    summary: 'Changes a webhook: only what is named.',
    body: Type.Object(webhookBody),
    query: verifyQuery,
    response: webhookSchema,
    async handle(call) {
      const { body, now } = call;
      const { serverId } = call.server;
      const webhookId = readWebhookId(call);
      refuseUnsuitable(body, call.bodyLength);
      const webhook = await getWebhook(call.reads, keyRing, serverId, webhookId);
      refuseServerHook(webhook);
      refuseOtherIdentity(webhook, body);
      const wanted = {
        change: readChange(body),
        // One that is failing may be told so: that is what it was read as.
        state: webhook.state === body.State?.toLowerCase() ? undefined : readState(body.State),
        signatureKind: readKeyKind('SignatureType', body.SignatureType),
        verification: await verify(webhook, body, body.Verify ?? call.query.verify, callSamples),
      };
      const edited = await call.transaction(tx => edit(tx, keyRing, recordEvents, serverId, webhookId, wanted, now));
      return toWireWebhook(edited);
    },
  });
}
