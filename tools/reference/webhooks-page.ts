// docs/reference/webhooks.md: what is posted to webhooks, printed from the builders that make it.

import {
  samplePayload,
  sampleSmtpApiError,
} from '../../apps/platform/src/features/webhooks/payloads/sample-payloads.ts';
import { type CallTrigger, triggerNames } from '../../apps/platform/src/features/webhooks/webhook.ts';
import { type DescribedEvent, triggersOfKind } from './events-page.ts';
import { code, page, table } from './markdown.ts';
import { payloadTexts } from './webhook-texts.ts';

const introduction = `Each call is one event: a \`POST\` with one JSON object. The keys are always all there, in this order, unless it says
otherwise, and every repetition of a call has the same bytes. Values here are samples; what a test call sends is the same.`;

const sampleTime = new Date('2026-03-04T14:21:09Z');

export function webhooksPage(events: Readonly<Record<string, DescribedEvent>>): string {
  const triggers: CallTrigger[] = [...triggerNames, 'Inbound'];
  return page('Webhooks', introduction, [
    ...triggers.map(trigger => payloadSection(trigger, events)),
    apiErrorSection(),
  ]);
}

function payloadSection(trigger: CallTrigger, events: Readonly<Record<string, DescribedEvent>>): string {
  const { when, keys } = payloadTexts[trigger];
  const streamId = trigger === 'Inbound' ? 'inbound' : 'outbound';
  const sample = samplePayload(trigger, { serverId: 1, streamId }, sampleTime);
  // Keys that the sample lacks are optional ones, which stand at the end.
  const names = [...Object.keys(sample), ...Object.keys(keys).filter(key => !(key in sample))];
  const kinds = Object.keys(events).filter(kind => triggersOfKind(kind).includes(trigger));
  const made =
    kinds.length === 0
      ? 'No event makes this call yet; a test call does.'
      : `Made by ${kinds.map(code).join(' and ')} ([events](events.md)).`;
  return [
    `## ${trigger}`,
    `${when} ${made}`,
    table(
      ['Key', 'Value'],
      names.map(name => [code(name), keys[name] ?? '']),
    ),
    json(sample),
  ].join('\n\n');
}

function apiErrorSection(): string {
  const sample = sampleSmtpApiError({ serverId: 1, streamId: 'outbound' }, sampleTime);
  const when =
    'A message was refused while it was submitted over SMTP. It is a bounce of the type `SMTPApiError`, for the bounce ' +
    'hooks of servers with `EnableSmtpApiErrorHooks`. Mail to a bounce-testing address makes one; submission does not yet.';
  return ['## SMTP API error', when, json(sample)].join('\n\n');
}

function json(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}
