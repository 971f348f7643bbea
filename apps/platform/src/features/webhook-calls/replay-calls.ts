// Makes finished calls again: one, or all that a filter names. The body and the trace id stay, so that a receiver can tell
// what it has seen before; the attempts begin anew.

import type { Pool, Tx } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import type { EndpointKey } from './call.ts';
import { type CallQuery, filterOf, idAfter } from './list-calls.ts';
import { makeCallDue, reopenCalls } from './store.ts';

/** One that is still open is made at once. @throws Refusal webhook_call_not_found. */
export async function replayCall(tx: Tx, endpoint: EndpointKey, callId: string, now: Date): Promise<void> {
  if (await makeCallDue(tx, endpoint, callId, now)) return;
  const filter = { states: [], trigger: undefined, eventIds: null, fromCallId: callId, toCallId: idAfter(callId) };
  const reopened = await reopenCalls(tx, endpoint, filter, 1, now);
  if (reopened.length === 0) throw new Refusal('webhook_call_not_found');
}

const batchMax = 1000;
const batchesMax = 50;

/**
 * Oldest first, a batch in each transaction, so that a crash leaves a clean beginning. `hasMore` when there were more than
 * one request takes: the same request goes on with them.
 */
export async function replayCalls(
  db: Pool,
  endpoint: EndpointKey,
  query: CallQuery,
  now: Date,
): Promise<{ replayed: number; hasMore: boolean }> {
  const filter = await filterOf(db, endpoint.serverId, query, now);
  if (filter === undefined) return { replayed: 0, hasMore: false };
  let replayed = 0;
  let { fromCallId } = filter;
  for (let batch = 0; batch < batchesMax; batch += 1) {
    const callIds = await db.transaction(tx => reopenCalls(tx, endpoint, { ...filter, fromCallId }, batchMax, now));
    replayed += callIds.length;
    const last = callIds.at(-1);
    if (callIds.length < batchMax || last === undefined) return { replayed, hasMore: false };
    // One that fails again at once comes back into history behind us.
    fromCallId = idAfter(last);
  }
  return { replayed, hasMore: true };
}
