// A call: one event on its way to one webhook. Open calls are rows of webhook_calls, finished ones of webhook_history.

import type { CallTrigger } from '../webhooks/webhook.ts';

/** A webhook whose calls one process makes at a time. */
export type EndpointKey = { serverId: number; webhookId: number };

/** The key as one text, for maps and sets. */
export function textOfKey({ serverId, webhookId }: EndpointKey): string {
  return `${serverId}/${webhookId}`;
}

export type NewCall = EndpointKey & {
  orderKey: string;
  callId: string;
  eventId: string;
  trigger: CallTrigger;
  includesContent: boolean;
  dueAt: Date;
};

export type OpenCall = EndpointKey & {
  orderKey: string;
  callId: string;
  eventId: string;
  trigger: CallTrigger;
  includesContent: boolean;
  /** Failed attempts of the present round. */
  attemptsMade: number;
};

/** One attempt, as it is stored and shown. */
export type Attempt = {
  /** ISO 8601. */
  at: string;
  milliseconds: number;
  /** Null when there was no answer. */
  status: number | null;
  /** The first 4 KB of what was answered. */
  answer?: string;
  /** Why there was no answer, in a word that stays the same (`timeout`, `dns`) … */
  failure?: string;
  /** … and in a sentence. */
  text?: string;
  /** When the next attempt is due, ISO 8601; left out when there is none planned. */
  nextAt?: string;
};

/**
 * `failed`: all attempts are used up. `stopped`: the receiver said not to try again. `discarded`: there was nothing to
 * send any more, because the event is gone.
 */
export type FinishedState = 'succeeded' | 'failed' | 'stopped' | 'discarded';
