// Puts together what is posted: address, headers, body. Sources: Postmark's documentation of webhooks and requests seen by
// receivers (User-Agent, X-PM-…), Standard Webhooks (signatures), RFC 7617 (Basic, as UTF-8).

import type { OutgoingCall } from './ports.ts';
import { signatureHeaderNames, signatureHeaders } from './sign-call.ts';
import { type TargetCredentials, takeCredentials } from './target-credentials.ts';
import type { Webhook } from './webhook.ts';

export type CallToPrepare = {
  /** The same at each attempt: receivers tell copies by it. */
  callId: string;
  /** Undefined for a call that no event made, such as a sample. */
  eventId: string | undefined;
  body: string;
  /** Undefined for inbound mail, where Postmark does not say it. */
  retriesRemaining: number | undefined;
  /** Of this attempt. */
  at: Date;
};

/** In lower case: what belongs to the connection, and what a receiver must be able to trust. */
const reservedNames: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'transfer-encoding',
  'x-pm-retries-remaining',
  'x-pm-webhook-event-id',
  'x-pm-webhook-trace-id',
  ...signatureHeaderNames,
]);

export function prepareCall(webhook: Pick<Webhook, 'target' | 'signingKeys'>, call: CallToPrepare): OutgoingCall {
  const { target, signingKeys } = webhook;
  const { url, credentials } = takeCredentials(target.url);
  const basic = target.httpAuth ?? credentials;
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    Accept: 'application/json',
    'User-Agent': 'Postmark',
    'X-PM-Webhook-Trace-Id': call.callId,
  };
  if (call.eventId !== undefined) headers['X-Pm-Webhook-Event-Id'] = call.eventId;
  if (call.retriesRemaining !== undefined) headers['X-PM-Retries-Remaining'] = String(call.retriesRemaining);
  if (basic) headers.Authorization = basicAuthorization(basic);
  for (const { name, value } of target.httpHeaders) setCustomHeader(headers, name, value);
  Object.assign(headers, signatureHeaders(signingKeys, { id: call.callId, at: call.at, body: call.body }));
  return { url, headers, body: call.body };
}

/** In place of one of the same name in any case, so that no header is sent twice. */
function setCustomHeader(headers: Record<string, string>, name: string, value: string): void {
  const lower = name.toLowerCase();
  if (reservedNames.has(lower)) return;
  for (const present of Object.keys(headers)) {
    if (present.toLowerCase() === lower) delete headers[present];
  }
  headers[name] = value;
}

function basicAuthorization({ username, password }: TargetCredentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
