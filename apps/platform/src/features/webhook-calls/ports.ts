// What the queue of calls needs of others.

import type { CallOutcome } from '../webhooks/ports.ts';
import type { CallTrigger } from '../webhooks/webhook.ts';

/** Hears of every attempt, for metrics and the log. */
export type OnAttempt = (
  outcome: CallOutcome,
  about: { serverId: number; webhookId: number; callId: string; trigger: CallTrigger },
) => void;
