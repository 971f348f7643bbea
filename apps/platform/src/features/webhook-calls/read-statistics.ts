// Reads how the attempts of a webhook went in the last 24 hours. Source: Postmark's webhook statistics.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { CallTrigger } from '../webhooks/webhook.ts';
import { addCounts, noAttempts } from './attempt-counts.ts';
import type { EndpointKey } from './call.ts';
import { type AttemptCounts, sumHours } from './store.ts';

const hoursShown = 24;
const oneHourInMilliseconds = 3_600_000;

export type WebhookStatistics = {
  /** The beginning of an hour: attempts are counted by the hour, so up to an hour more than a day is shown. */
  from: Date;
  to: Date;
  all: AttemptCounts;
  byTrigger: ReadonlyMap<CallTrigger, AttemptCounts>;
};

export async function readStatistics(db: Queryable, endpoint: EndpointKey, now: Date): Promise<WebhookStatistics> {
  const since = now.getTime() - hoursShown * oneHourInMilliseconds;
  const from = new Date(Math.floor(since / oneHourInMilliseconds) * oneHourInMilliseconds);
  const rows = await sumHours(db, endpoint, from);
  const byTrigger = new Map<CallTrigger, AttemptCounts>();
  for (const { trigger, ...counts } of rows)
    byTrigger.set(trigger, addCounts(noAttempts, { ...noAttempts, ...counts }));
  return { from, to: now, all: [...byTrigger.values()].reduce(addCounts, noAttempts), byTrigger };
}
