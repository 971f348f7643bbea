// POST /webhooks/{id}/test: sends samples of what the webhook would receive, and shows what came back. Ours.

import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import type { CallSamples, SampleAnswer, SampleName } from '../call-samples.ts';
import { getWebhook } from '../find-webhooks.ts';
import { triggerNames, type Webhook } from '../webhook.ts';
import { describeOutcome } from './verification-report.ts';
import { readWebhookId } from './webhook-schema.ts';

const testResponse = Type.Object({
  Id: Type.Integer(),
  Url: Type.String(),
  Results: Type.Array(
    Type.Object({
      TriggerType: Type.String(),
      Success: Type.Boolean({ description: 'Answered with any 2xx, which is what a real call needs.' }),
      StatusCode: Type.Integer({ description: '0 when nothing was answered.' }),
      Message: Type.String(),
      Answer: Type.String({ description: 'The beginning of the body that was answered.' }),
      Milliseconds: Type.Number(),
      Payload: Type.String({ description: 'The body that was sent.' }),
    }),
  ),
});

/** Those that a webhook of its kind can hear of, enabled or not. */
function samplesFor({ serverHook, triggers }: Webhook): readonly SampleName[] {
  const own = serverHook === null ? triggerNames : triggers;
  return own.includes('Bounce') ? [...own, 'SMTPApiError'] : own;
}

function readNames(webhook: Webhook, text: string | undefined): readonly SampleName[] {
  const known = samplesFor(webhook);
  if (text === undefined || text.toLowerCase() === 'all') return known;
  const trigger = known.find(name => name.toLowerCase() === text.toLowerCase());
  if (trigger) return [trigger];
  throw new Refusal('webhook_field_invalid', `The 'Trigger' must be one of all, ${known.join(', ')}.`);
}

function toResult(answer: SampleAnswer): Type.Static<typeof testResponse>['Results'][number] {
  const { outcome, trigger, body } = answer;
  const { StatusCode, Message } = describeOutcome(answer);
  return {
    TriggerType: trigger,
    Success: StatusCode >= 200 && StatusCode < 300,
    StatusCode,
    Message,
    Answer: outcome.kind === 'answered' ? outcome.answer : '',
    Milliseconds: outcome.milliseconds,
    Payload: body,
  };
}

export function testWebhook(keyRing: KeyRing, callSamples: CallSamples): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/webhooks/:webhookid/test',
    token: 'server',
    group: 'Webhooks',
    summary: "Sends samples to a webhook's URL and shows the answers; changes nothing. Ours.",
    body: Type.Object({
      Trigger: Type.Optional(
        Type.String({ description: 'One trigger, `SMTPApiError`, or `all`, which is the default.' }),
      ),
    }),
    response: testResponse,
    async handle(call) {
      const webhook = await getWebhook(call.reads, keyRing, call.server.serverId, readWebhookId(call));
      const answers = await callSamples(webhook, readNames(webhook, call.body.Trigger));
      return { Id: webhook.webhookId, Url: webhook.target.url, Results: answers.map(toResult) };
    },
  });
}
