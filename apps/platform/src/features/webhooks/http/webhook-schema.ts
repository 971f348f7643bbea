// A webhook on the wire. Source: Postmark's Webhooks API; State, RetrySchedule, ConnectionsMax, SignatureType and
// ServerHook are ours.

import { Type } from 'typebox';
import { booleanOrText, textOrNumber, wholeNumberOrText } from '../../../edges/http-api/wire-types.ts';
import { Refusal } from '../../../refusals.ts';
import { serverFieldOf } from '../server-hook-rules.ts';
import { newestSigningKey } from '../signing-key-rules.ts';
import type { TriggerChanges } from '../trigger-switch-rules.ts';
import type { TriggerName, Webhook } from '../webhook.ts';
import type { WebhookChange } from '../webhook-rules.ts';

const given = <T extends Type.TSchema>(schema: T) => Type.Optional(schema);
const trigger = <T extends Type.TProperties>(more: T) =>
  given(Type.Object({ Enabled: given(booleanOrText()), ...more }));
const content = { IncludeContent: given(booleanOrText({ description: 'Adds the source of the report.' })) };

/** What an edit may carry. Texts with a choice of values are plain texts here, because a wrong one has the code 1361. */
export const webhookBody = {
  Url: given(Type.String({ maxLength: 2000, description: 'http or https; may hold a user and a password.' })),
  MessageStream: given(Type.String({ description: 'On creation only; `outbound` when absent.' })),
  HttpAuth: given(
    Type.Object(
      { Username: given(textOrNumber()), Password: given(textOrNumber()) },
      { description: 'Basic authentication. Two empty texts take it away.' },
    ),
  ),
  HttpHeaders: given(
    Type.Array(Type.Object({ Name: given(textOrNumber()), Value: given(textOrNumber()) }), { maxItems: 30 }),
  ),
  Triggers: given(
    Type.Object({
      Open: trigger({ PostFirstOpenOnly: given(booleanOrText()) }),
      Click: trigger({}),
      Delivery: trigger({}),
      Bounce: trigger(content),
      SpamComplaint: trigger(content),
      SubscriptionChange: trigger({}),
    }),
  ),
  Verify: given(
    booleanOrText({
      description: 'true: save only if the URL answers each enabled trigger with 200. false: save as `unverified`.',
    }),
  ),
  ID: given(Type.Unknown({ description: 'Refused.' })),
  Status: given(Type.Unknown({ description: 'Refused.' })),
  State: given(Type.String({ description: '`active` or `paused`. Ours.' })),
  RetrySchedule: given(Type.String({ description: '`classic`, `postmark-2026`, `long` or `default`. Ours.' })),
  ConnectionsMax: given(
    wholeNumberOrText({ description: 'Calls at a time, 1 to 100; 0 follows the installation. Ours.' }),
  ),
  SignatureType: given(Type.String({ description: '`hmac` or `ed25519`. Ours.' })),
};
const webhookBodySchema = Type.Object(webhookBody);
export type WebhookBody = Type.Static<typeof webhookBodySchema>;

/** Verify may stand in the query as well, as Postmark's own refusal says. */
export const verifyQuery = Type.Object({ verify: given(Type.Boolean({ description: 'Like `Verify` in the body.' })) });

const on = Type.Object({ Enabled: Type.Boolean() });
const onWithContent = Type.Object({ Enabled: Type.Boolean(), IncludeContent: Type.Boolean() });

export const webhookSchema = Type.Object({
  ID: Type.Integer(),
  Url: Type.String(),
  MessageStream: Type.String(),
  HttpAuth: Type.Union([Type.Object({ Username: Type.String(), Password: Type.String() }), Type.Null()]),
  HttpHeaders: Type.Array(Type.Object({ Name: Type.String(), Value: Type.String() })),
  Triggers: Type.Object({
    Open: Type.Object({ Enabled: Type.Boolean(), PostFirstOpenOnly: Type.Boolean() }),
    Click: on,
    Delivery: on,
    Bounce: onWithContent,
    SpamComplaint: onWithContent,
    SubscriptionChange: on,
  }),
  Status: Type.Enum(['verified', 'unverified']),
  State: Type.Enum(['active', 'paused', 'failing']),
  RetrySchedule: Type.Union([Type.String(), Type.Null()]),
  ConnectionsMax: Type.Union([Type.Integer(), Type.Null()]),
  SignatureType: Type.Enum(['hmac', 'ed25519']),
  ServerHook: Type.Optional(Type.String({ description: 'The field of the server that it stands for.' })),
});

export function toWireWebhook(webhook: Webhook): Type.Static<typeof webhookSchema> {
  const { target, serverHook } = webhook;
  const isOn = (name: TriggerName) => webhook.triggers.includes(name);
  return {
    ID: webhook.webhookId,
    Url: target.url,
    MessageStream: webhook.streamId,
    // Two official clients fail on an object without its keys.
    HttpAuth: target.httpAuth && { Username: target.httpAuth.username, Password: target.httpAuth.password },
    HttpHeaders: target.httpHeaders.map(({ name, value }) => ({ Name: name, Value: value })),
    Triggers: {
      Open: { Enabled: isOn('Open'), PostFirstOpenOnly: webhook.postsFirstOpenOnly },
      Click: { Enabled: isOn('Click') },
      Delivery: { Enabled: isOn('Delivery') },
      Bounce: { Enabled: isOn('Bounce'), IncludeContent: webhook.includesBounceContent },
      SpamComplaint: { Enabled: isOn('SpamComplaint'), IncludeContent: webhook.includesComplaintContent },
      SubscriptionChange: { Enabled: isOn('SubscriptionChange') },
    },
    Status: webhook.isVerified ? 'verified' : 'unverified',
    State: webhook.state,
    RetrySchedule: webhook.retrySchedule,
    ConnectionsMax: webhook.connectionsMax,
    SignatureType: newestSigningKey(webhook.signingKeys)?.kind ?? 'hmac',
    ...(serverHook === null ? {} : { ServerHook: serverFieldOf[serverHook] }),
  };
}

export function readChange(body: WebhookBody): WebhookChange {
  return {
    url: body.Url,
    httpAuth: body.HttpAuth && { username: body.HttpAuth.Username, password: body.HttpAuth.Password },
    httpHeaders: body.HttpHeaders?.map(({ Name, Value }) => ({ name: Name, value: Value })),
    triggers: readTriggers(body.Triggers),
    retrySchedule: body.RetrySchedule,
    connectionsMax: body.ConnectionsMax,
  };
}

function readTriggers(triggers: WebhookBody['Triggers']): TriggerChanges {
  if (triggers === undefined) return {};
  const { Open, Click, Delivery, Bounce, SpamComplaint, SubscriptionChange } = triggers;
  return {
    Open: { isEnabled: Open?.Enabled, postsFirstOpenOnly: Open?.PostFirstOpenOnly },
    Click: { isEnabled: Click?.Enabled },
    Delivery: { isEnabled: Delivery?.Enabled },
    Bounce: { isEnabled: Bounce?.Enabled, includesContent: Bounce?.IncludeContent },
    SpamComplaint: { isEnabled: SpamComplaint?.Enabled, includesContent: SpamComplaint?.IncludeContent },
    SubscriptionChange: { isEnabled: SubscriptionChange?.Enabled },
  };
}

/** @throws Refusal webhook_body_required, webhook_status_not_allowed. */
export function refuseUnsuitable(body: WebhookBody, bodyLength: number): void {
  if (bodyLength === 0) throw new Refusal('webhook_body_required');
  if (body.Status !== undefined) throw new Refusal('webhook_status_not_allowed');
}

/** What cannot be an id is the id of no webhook. */
export function readWebhookId(call: { pathNumber(name: string): number | undefined }): number {
  const webhookId = call.pathNumber('webhookid');
  if (webhookId === undefined) throw new Refusal('webhook_not_found');
  return webhookId;
}
