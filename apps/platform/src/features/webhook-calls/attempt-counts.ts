// Adds up attempts for the statistics of webhooks. Pure. Source: Postmark's webhook statistics, which name the figures
// and leave their thresholds open: five seconds are slow here, twenty very slow.

import type { CallTrigger } from '../webhooks/webhook.ts';
import type { CallResult } from './call-result.ts';
import type { AttemptCounts, HourOfAttempts } from './store.ts';

export const slowFromMilliseconds = 5_000;
export const verySlowFromMilliseconds = 20_000;

export const noAttempts: AttemptCounts = {
  requests: 0,
  successes: 0,
  failures: 0,
  retries: 0,
  slow: 0,
  verySlow: 0,
  terminalRequests: 0,
  terminalMilliseconds: 0,
  retryMilliseconds: 0,
};

const oneHourInMilliseconds = 3_600_000;

export function addCounts(a: AttemptCounts, b: AttemptCounts): AttemptCounts {
  return {
    requests: a.requests + b.requests,
    successes: a.successes + b.successes,
    failures: a.failures + b.failures,
    retries: a.retries + b.retries,
    slow: a.slow + b.slow,
    verySlow: a.verySlow + b.verySlow,
    terminalRequests: a.terminalRequests + b.terminalRequests,
    terminalMilliseconds: a.terminalMilliseconds + b.terminalMilliseconds,
    retryMilliseconds: a.retryMilliseconds + b.retryMilliseconds,
  };
}

function countsOf({ call, attempt, end }: CallResult & { attempt: NonNullable<CallResult['attempt']> }): AttemptCounts {
  const milliseconds = Math.round(attempt.milliseconds);
  const isSuccess = end.kind === 'finished' && end.state === 'succeeded';
  const isRetry = call.attemptsMade > 0;
  const isTerminal = end.kind === 'finished';
  return {
    requests: 1,
    successes: isSuccess ? 1 : 0,
    failures: isSuccess ? 0 : 1,
    retries: isRetry ? 1 : 0,
    slow: milliseconds >= slowFromMilliseconds && milliseconds < verySlowFromMilliseconds ? 1 : 0,
    verySlow: milliseconds >= verySlowFromMilliseconds ? 1 : 0,
    terminalRequests: isTerminal ? 1 : 0,
    terminalMilliseconds: isTerminal ? milliseconds : 0,
    retryMilliseconds: isRetry ? milliseconds : 0,
  };
}

/** One row for each webhook, trigger and UTC hour of the attempts. */
export function countAttempts(results: readonly CallResult[]): HourOfAttempts[] {
  const rows = new Map<string, HourOfAttempts>();
  for (const result of results) {
    const { call, attempt } = result;
    if (attempt === null) continue;
    const hour = new Date(Math.floor(Date.parse(attempt.at) / oneHourInMilliseconds) * oneHourInMilliseconds);
    const key = [call.serverId, call.webhookId, call.trigger, hour.getTime()].join();
    const about: { serverId: number; webhookId: number; trigger: CallTrigger; hour: Date } = {
      serverId: call.serverId,
      webhookId: call.webhookId,
      trigger: call.trigger,
      hour,
    };
    rows.set(key, { ...about, ...addCounts(rows.get(key) ?? noAttempts, countsOf({ ...result, attempt })) });
  }
  return [...rows.values()];
}
