// Records what became of calls: rows moved or put back, counts, and the state of their webhooks, all in one transaction.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { type PostResult, recordPosts } from '../inbound/record-posts.ts';
import { changeWebhookState } from '../webhooks/change-webhook-state.ts';
import { lockWebhooks } from '../webhooks/lock-webhooks.ts';
import { forwardAnswerPrefix } from './attempt-call.ts';
import { countAttempts } from './attempt-counts.ts';
import { textOfKey } from './call.ts';
import type { CallResult } from './call-result.ts';
import {
  addHours,
  type FinishedCall,
  finishCalls,
  type Health,
  type PostponedCall,
  postponeCalls,
  recordHealth,
} from './store.ts';

function finishedCall({ call, attempt, end }: CallResult): FinishedCall[] {
  if (end.kind !== 'finished') return [];
  const { serverId, webhookId, orderKey, callId } = call;
  return [{ serverId, webhookId, orderKey, callId, state: end.state, attempt }];
}

function postponedCall({ call, attempt, end, leaseNumber }: CallResult): PostponedCall[] {
  if (end.kind !== 'postponed' || attempt === null) return [];
  const { serverId, webhookId, orderKey, callId } = call;
  const { dueAt, attemptsMade } = end;
  return [{ serverId, webhookId, orderKey, callId, dueAt, attemptsMade, attempt, leaseNumber }];
}

/** What a call about inbound mail, which is keyed by its message, says about the message. */
function postResult({ call: { trigger, serverId, orderKey }, attempt, end }: CallResult): PostResult[] {
  if (trigger !== 'Inbound') return [];
  const about = { serverId, messageId: orderKey };
  if (end.kind === 'postponed') return [{ ...about, end: 'scheduled' }];
  if (end.state === 'succeeded') return [{ ...about, end: 'posted' }];
  const why =
    attempt === null
      ? 'The message is gone.'
      : attempt.status === null
        ? `The inbound hook could not be called: ${attempt.text ?? attempt.failure ?? ''}`
        : attempt.answer?.startsWith(forwardAnswerPrefix)
          ? `The mail server answered ${attempt.answer}`
          : `The inbound hook answered ${attempt.status}.`;
  return [{ ...about, end: 'failed', details: why }];
}

/** The last word of the batch on each webhook. */
function lastHealths(results: readonly CallResult[]): Health[] {
  const healths = new Map<string, Health>();
  for (const { call, leaseNumber, health } of results) {
    if (health === null) continue;
    healths.set(textOfKey(call), { serverId: call.serverId, webhookId: call.webhookId, leaseNumber, ...health });
  }
  return [...healths.values()].toSorted((a, b) => a.serverId - b.serverId || a.webhookId - b.webhookId);
}

async function changeStates(
  tx: Tx,
  recordEvents: RecordEvents,
  results: readonly CallResult[],
  ours: ReadonlySet<string>,
  now: Date,
): Promise<void> {
  for (const { call, attempt, change } of results) {
    // Whoever lost the lease has no say in the state any more.
    if (change === null || !ours.has(textOfKey(call))) continue;
    const { serverId, webhookId } = call;
    if (change === 'failing') {
      const details = { status: attempt?.status ?? null, failure: attempt?.failure ?? null };
      await changeWebhookState(tx, recordEvents, serverId, webhookId, 'failing', details, now);
    } else {
      // Its event makes everything due that waited (resume-calls.ts).
      await changeWebhookState(tx, recordEvents, serverId, webhookId, 'active', { by: 'probe' }, now, 'failing');
    }
  }
}

export async function recordCalls(
  tx: Tx,
  recordEvents: RecordEvents,
  results: readonly CallResult[],
  now: Date,
): Promise<void> {
  // Webhook, its endpoint, its calls: in this order a resumption by hand locks them as well.
  const changing = results.filter(({ change }) => change !== null).map(({ call }) => call);
  await lockWebhooks(tx, changing);
  const healths = lastHealths(results);
  const ours = healths.length === 0 ? [] : await recordHealth(tx, healths);
  const finished = results.flatMap(finishedCall);
  if (finished.length > 0) await finishCalls(tx, finished, now);
  const postponed = results.flatMap(postponedCall);
  if (postponed.length > 0) await postponeCalls(tx, postponed);
  await recordPosts(tx, recordEvents, results.flatMap(postResult), now);
  const hours = countAttempts(results);
  if (hours.length > 0) await addHours(tx, hours);
  await changeStates(tx, recordEvents, results, new Set(ours.map(textOfKey)), now);
}
