// POST /webhooks/{id}/verify: calls the URL once for each enabled trigger, and keeps whether all were answered with 200.

import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { RecordEvents } from '../../events/record-events.ts';
import type { CallSamples } from '../call-samples.ts';
import { getWebhook } from '../find-webhooks.ts';
import { keepVerification } from '../verify-webhook.ts';
import { toVerificationReport, verificationReportSchema } from './verification-report.ts';
import { readWebhookId } from './webhook-schema.ts';

export function verifyWebhook(keyRing: KeyRing, recordEvents: RecordEvents, callSamples: CallSamples): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/webhooks/:webhookid/verify',
    token: 'server',
    group: 'Webhooks',
    summary: "Calls a webhook's URL with a sample for each enabled trigger, and sets its Status by the answers.",
    response: verificationReportSchema,
    async handle(call) {
      const webhook = await getWebhook(call.reads, keyRing, call.server.serverId, readWebhookId(call));
      const answers = await callSamples(webhook, webhook.triggers);
      const report = toVerificationReport(webhook.webhookId, webhook.target.url, answers);
      await call.transaction(tx => keepVerification(tx, keyRing, recordEvents, webhook, report.Success, call.now));
      return report;
    },
  });
}
