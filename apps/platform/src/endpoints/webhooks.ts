// Endpoints of webhooks, of their calls, and of the event feed.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import type { Endpoint } from '../edges/http-api/endpoint.ts';
import type { RecordEvents } from '../features/events/record-events.ts';
import type { EndpointKey } from '../features/webhook-calls/call.ts';
import type { FindEndpoint } from '../features/webhook-calls/find-endpoint.ts';
import { getWebhookCall } from '../features/webhook-calls/http/get-webhook-call.ts';
import { getWebhookCalls } from '../features/webhook-calls/http/get-webhook-calls.ts';
import { getWebhookStatistics } from '../features/webhook-calls/http/get-webhook-statistics.ts';
import { pauseWebhook } from '../features/webhook-calls/http/pause-webhook.ts';
import { replayWebhookCall } from '../features/webhook-calls/http/replay-webhook-call.ts';
import { replayWebhookCalls } from '../features/webhook-calls/http/replay-webhook-calls.ts';
import { resumeWebhook } from '../features/webhook-calls/http/resume-webhook.ts';
import type { CallContents } from '../features/webhook-calls/list-calls.ts';
import type { CallSamples } from '../features/webhooks/call-samples.ts';
import { createWebhook } from '../features/webhooks/http/create-webhook.ts';
import { deleteWebhook } from '../features/webhooks/http/delete-webhook.ts';
import { editWebhook } from '../features/webhooks/http/edit-webhook.ts';
import { getEvents } from '../features/webhooks/http/get-events.ts';
import { getWebhook } from '../features/webhooks/http/get-webhook.ts';
import { getWebhookSecrets } from '../features/webhooks/http/get-webhook-secrets.ts';
import { getWebhooks } from '../features/webhooks/http/get-webhooks.ts';
import { rotateWebhookSecret } from '../features/webhooks/http/rotate-webhook-secret.ts';
import { testWebhook } from '../features/webhooks/http/test-webhook.ts';
import { verifyWebhook } from '../features/webhooks/http/verify-webhook.ts';

export type WebhookEndpointDeps = {
  db: Pool;
  keyRing: KeyRing;
  recordEvents: RecordEvents;
  callSamples: CallSamples;
  findEndpoint: FindEndpoint;
  contents: CallContents;
  /** These webhooks have something to do. */
  hint(endpoints: readonly EndpointKey[]): void;
};

export function webhookEndpoints(deps: WebhookEndpointDeps): Endpoint[] {
  const { db, keyRing, recordEvents, callSamples, findEndpoint, hint, contents } = deps;
  return [
    getWebhooks(keyRing),
    getWebhook(keyRing),
    createWebhook(keyRing, callSamples),
    editWebhook(keyRing, recordEvents, callSamples),
    deleteWebhook(),
    verifyWebhook(keyRing, recordEvents, callSamples),
    testWebhook(keyRing, callSamples),
    getWebhookSecrets(keyRing),
    rotateWebhookSecret(keyRing),
    getWebhookStatistics(findEndpoint),
    getWebhookCalls(findEndpoint),
    getWebhookCall(findEndpoint, contents),
    replayWebhookCall(findEndpoint, hint),
    replayWebhookCalls(db, findEndpoint, hint),
    pauseWebhook(findEndpoint, recordEvents),
    resumeWebhook(findEndpoint, recordEvents),
    getEvents(),
  ];
}
