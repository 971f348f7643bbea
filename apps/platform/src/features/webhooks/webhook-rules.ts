// What a webhook may be, when it is made and when it is changed. Pure. Source: Postmark's Webhooks API and its error codes.

import { Refusal } from '../../refusals.ts';
import type { MessageStream } from '../streams/stream.ts';
import { checkHeaders, checkHttpAuth, checkUrl } from './target-rules.ts';
import { mergeTriggers, noTriggers, type TriggerChanges, type TriggerSettings } from './trigger-switch-rules.ts';
import { type RetryScheduleName, retryScheduleNames, type Webhook, type WebhookState } from './webhook.ts';

export const webhooksPerStreamMax = 10;
export const connectionsMaxLimit = 100;

/** What a caller asks for. `undefined` is left as it is; on creation it is the usual. */
export type WebhookChange = {
  url?: string | undefined;
  httpAuth?: { username: string | undefined; password: string | undefined } | undefined;
  httpHeaders?: readonly { name: string | undefined; value: string | undefined }[] | undefined;
  triggers?: TriggerChanges | undefined;
  /** 'default' follows the installation again. */
  retrySchedule?: string | undefined;
  /** 0 follows the installation again. */
  connectionsMax?: number | undefined;
};

/** What a change can touch. */
export type WebhookSettings = TriggerSettings & Pick<Webhook, 'target' | 'retrySchedule' | 'connectionsMax'>;

/** @throws Refusal webhook_url_invalid, webhook_header_name_required, webhook_field_invalid. */
export function decideNewSettings(change: WebhookChange): WebhookSettings {
  // Checked first, so that what has no URL is told so before anything else.
  const url = checkUrl(change.url);
  const unset = { target: { url, httpAuth: null, httpHeaders: [] }, retrySchedule: null, connectionsMax: null };
  return decideChangedSettings({ ...noTriggers, ...unset }, change);
}

/** @throws Refusal like decideNewSettings. */
export function decideChangedSettings(settings: WebhookSettings, change: WebhookChange): WebhookSettings {
  const { target } = settings;
  return {
    target: {
      url: change.url === undefined ? target.url : checkUrl(change.url),
      httpAuth: saysNothing(change.httpAuth) ? target.httpAuth : checkHttpAuth(change.httpAuth),
      httpHeaders: change.httpHeaders === undefined ? target.httpHeaders : checkHeaders(change.httpHeaders),
    },
    ...mergeTriggers(settings, change.triggers ?? {}),
    retrySchedule: readRetrySchedule(change.retrySchedule, settings.retrySchedule),
    connectionsMax: readConnectionsMax(change.connectionsMax, settings.connectionsMax),
  };
}

/** An object with neither text is what some clients write for "not given": it must not take a password away. */
function saysNothing(httpAuth: WebhookChange['httpAuth']): httpAuth is undefined {
  return httpAuth?.username === undefined && httpAuth?.password === undefined;
}

function readRetrySchedule(text: string | undefined, before: RetryScheduleName | null): RetryScheduleName | null {
  if (text === undefined) return before;
  const name = text.toLowerCase();
  if (name === 'default') return null;
  const schedule = retryScheduleNames.find(known => known === name);
  if (schedule) return schedule;
  throw new Refusal(
    'webhook_field_invalid',
    `The 'RetrySchedule' must be one of default, ${retryScheduleNames.join(', ')}.`,
  );
}

function readConnectionsMax(given: number | undefined, before: number | null): number | null {
  if (given === undefined) return before;
  if (given === 0) return null;
  if (given >= 1 && given <= connectionsMaxLimit) return given;
  throw new Refusal(
    'webhook_field_invalid',
    `'ConnectionsMax' must be from 1 to ${connectionsMaxLimit}, or 0 to follow the installation.`,
  );
}

/** What a caller may set a state to. @throws Refusal webhook_field_invalid. */
export function readState(text: string | undefined): Exclude<WebhookState, 'failing'> | undefined {
  if (text === undefined) return undefined;
  const state = text.toLowerCase();
  if (state === 'active' || state === 'paused') return state;
  throw new Refusal('webhook_field_invalid', "The 'State' can be set to active or paused.");
}

/** @throws Refusal stream_not_found, webhook_stream_inbound, webhook_stream_archived, webhook_limit_reached. */
export function checkStream(
  stream: Pick<MessageStream, 'streamType' | 'isArchived'> | undefined,
  webhooksOfStream: number,
): void {
  if (!stream) throw new Refusal('stream_not_found');
  if (stream.streamType === 'Inbound') throw new Refusal('webhook_stream_inbound');
  if (stream.isArchived) throw new Refusal('webhook_stream_archived');
  if (webhooksOfStream >= webhooksPerStreamMax)
    throw new Refusal(
      'webhook_limit_reached',
      `A message stream is limited to ${webhooksPerStreamMax} webhooks, and this one has them.`,
    );
}
