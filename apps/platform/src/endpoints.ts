// Every endpoint of the HTTP API, in the order of the reference.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import type { Endpoint } from './edges/http-api/endpoint.ts';
import type { RecordEvents } from './features/events/record-events.ts';
import type { FindKeys } from './features/messages/dump-message.ts';
import { getOutboundMessageDetails } from './features/messages/http/get-outbound-message-details.ts';
import { getOutboundMessageDump } from './features/messages/http/get-outbound-message-dump.ts';
import { getOutboundMessages } from './features/messages/http/get-outbound-messages.ts';
import type { ComplaintLoop, IsQueuedCondition } from './features/messages/ports.ts';
import { sendEmail } from './features/sending/http/send-email.ts';
import { sendEmailBatch } from './features/sending/http/send-email-batch.ts';
import type { SendForCaller } from './features/sending/send-for-caller.ts';
import type { EndpointKey } from './features/webhook-calls/call.ts';
import type { FindEndpoint } from './features/webhook-calls/find-endpoint.ts';
import { getWebhookCall } from './features/webhook-calls/http/get-webhook-call.ts';
import { getWebhookCalls } from './features/webhook-calls/http/get-webhook-calls.ts';
import { getWebhookStatistics } from './features/webhook-calls/http/get-webhook-statistics.ts';
import { pauseWebhook } from './features/webhook-calls/http/pause-webhook.ts';
import { replayWebhookCall } from './features/webhook-calls/http/replay-webhook-call.ts';
import { replayWebhookCalls } from './features/webhook-calls/http/replay-webhook-calls.ts';
import { resumeWebhook } from './features/webhook-calls/http/resume-webhook.ts';
import type { CallSamples } from './features/webhooks/call-samples.ts';
import { createWebhook } from './features/webhooks/http/create-webhook.ts';
import { deleteWebhook } from './features/webhooks/http/delete-webhook.ts';
import { editWebhook } from './features/webhooks/http/edit-webhook.ts';
import { getEvents } from './features/webhooks/http/get-events.ts';
import { getWebhook } from './features/webhooks/http/get-webhook.ts';
import { getWebhookSecrets } from './features/webhooks/http/get-webhook-secrets.ts';
import { getWebhooks } from './features/webhooks/http/get-webhooks.ts';
import { rotateWebhookSecret } from './features/webhooks/http/rotate-webhook-secret.ts';
import { testWebhook } from './features/webhooks/http/test-webhook.ts';
import { verifyWebhook } from './features/webhooks/http/verify-webhook.ts';

export type EndpointDeps = {
  send: SendForCaller;
  isQueued: IsQueuedCondition;
  findKeys: FindKeys;
  complaintLoop?: ComplaintLoop;
  streamsOf(serverId: number): Promise<ReadonlyMap<string, unknown>>;
  webhookCalls: WebhookCallDeps;
  keyRing: KeyRing;
  recordEvents: RecordEvents;
  callSamples: CallSamples;
};

type WebhookCallDeps = {
  db: Pool;
  recordEvents: RecordEvents;
  findEndpoint: FindEndpoint;
  hint(endpoints: readonly EndpointKey[]): void;
};

export function createEndpoints(deps: EndpointDeps): Endpoint[] {
  return [
    sendEmail(deps.send),
    sendEmailBatch(deps.send),
    getOutboundMessages(deps.isQueued, deps.streamsOf),
    getOutboundMessageDetails(deps.isQueued, deps.findKeys, deps.complaintLoop),
    getOutboundMessageDump(deps.isQueued, deps.findKeys, deps.complaintLoop),
    ...createWebhookEndpoints(deps),
    ...createWebhookCallEndpoints(deps.webhookCalls),
    getEvents(),
  ];
}

function createWebhookCallEndpoints({ db, recordEvents, findEndpoint, hint }: WebhookCallDeps): Endpoint[] {
  return [
    getWebhookStatistics(findEndpoint),
    getWebhookCalls(findEndpoint),
    getWebhookCall(findEndpoint),
    replayWebhookCall(findEndpoint, hint),
    replayWebhookCalls(db, findEndpoint, hint),
    pauseWebhook(findEndpoint, recordEvents),
    resumeWebhook(findEndpoint, recordEvents),
  ];
}

function createWebhookEndpoints({ keyRing, recordEvents, callSamples }: EndpointDeps): Endpoint[] {
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
  ];
}

/** The endpoints without anything behind them, for the reference. */
export function describeEndpoints(): Endpoint[] {
  const unreachable = () => {
    throw new Error('The reference describes endpoints and calls none.');
  };
  const db = { query: unreachable, prepared: unreachable, transaction: unreachable, session: unreachable };
  return createEndpoints({
    send: unreachable,
    isQueued: unreachable,
    findKeys: unreachable,
    streamsOf: unreachable,
    webhookCalls: { db, recordEvents: unreachable, findEndpoint: unreachable, hint: unreachable },
    keyRing: { encrypt: unreachable, decrypt: unreachable, deriveKeys: unreachable },
    recordEvents: unreachable,
    callSamples: unreachable,
  });
}
