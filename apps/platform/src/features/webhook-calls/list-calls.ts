// Reads the calls of a webhook, open and finished, with all their attempts.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { firstUuidV7Of, timeOfUuidV7 } from '@pennyblack/runtime/uuid-v7.ts';
import type { ReadDumps } from '../bounces/read-dumps.ts';
import { findEvents } from '../events/find-events.ts';
import { readEventIds } from '../events/read-event-ids.ts';
import type { WithPost } from '../inbound/read-posts.ts';
import type { CallTrigger } from '../webhooks/webhook.ts';
import { addContents } from './add-contents.ts';
import { withBody } from './attempt-call.ts';
import type { EndpointKey } from './call.ts';
import { type CallFilter, type CallRow, type CallState, listCalls as listRows } from './store.ts';

export type { CallState } from './store.ts';

/** `createdAt` is the time of its event. */
export type ListedCall = CallRow & { createdAt: Date };

function toListed(row: CallRow): ListedCall {
  return { ...row, createdAt: timeOfUuidV7(row.callId) };
}

export type CallQuery = {
  states: readonly CallState[];
  trigger: CallTrigger | undefined;
  /** Of the event, inclusive. */
  from: Date | undefined;
  /** Of the event, exclusive. */
  to: Date | undefined;
  messageId: string | undefined;
};

const lastTime = new Date(8_640_000_000_000_000);
/** A call is made in the transaction that records its event, which lasts no longer than this. */
const callAfterEventInMilliseconds = 120_000;

/** Undefined when nothing can match. */
export async function filterOf(
  db: Queryable,
  serverId: number,
  query: CallQuery,
  now: Date,
): Promise<CallFilter | undefined> {
  const { states, trigger, messageId } = query;
  const range = { from: query.from ?? new Date(0), to: query.to ?? lastTime };
  if (messageId === undefined) return { states, trigger, ...idsBetween(range.from, range.to), eventIds: null };
  const eventIds = await readEventIds(db, serverId, messageId, now);
  const [first] = eventIds;
  const last = eventIds.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const from = new Date(Math.max(range.from.getTime(), timeOfUuidV7(first).getTime() - callAfterEventInMilliseconds));
  const to = new Date(Math.min(range.to.getTime(), timeOfUuidV7(last).getTime() + callAfterEventInMilliseconds));
  return { states, trigger, ...idsBetween(from, to), eventIds };
}

function idsBetween(from: Date, to: Date): { fromCallId: string; toCallId: string } {
  return { fromCallId: firstUuidV7Of(from), toCallId: to >= lastTime ? lastCallId : firstUuidV7Of(to) };
}

/** Above every id that can be. */
const lastCallId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Newest first. `beforeCallId` continues a list: only older ones. */
export async function listCalls(
  db: Queryable,
  endpoint: EndpointKey,
  query: CallQuery,
  page: { count: number; beforeCallId: string | undefined },
  now: Date,
): Promise<{ calls: ListedCall[]; hasMore: boolean }> {
  const filter = await filterOf(db, endpoint.serverId, query, now);
  if (filter === undefined) return { calls: [], hasMore: false };
  const { beforeCallId } = page;
  const toCallId = beforeCallId !== undefined && beforeCallId < filter.toCallId ? beforeCallId : filter.toCallId;
  const rows = await listRows(db, endpoint, { ...filter, toCallId }, page.count + 1);
  return { calls: rows.slice(0, page.count).map(toListed), hasMore: rows.length > page.count };
}

/** Where bodies come from that do not stand in the event. */
export type CallContents = { readDumps: ReadDumps; withPost: WithPost };

/** One call, and the body that is posted; undefined when the webhook has no such call. The body is gone with its event or mail. */
export async function readCall(
  db: Queryable,
  { readDumps, withPost }: CallContents,
  endpoint: EndpointKey,
  callId: string,
  now: Date,
): Promise<(ListedCall & { body: string | undefined }) | undefined> {
  const filter = { states: [], trigger: undefined, eventIds: null, fromCallId: callId, toCallId: idAfter(callId) };
  const [call] = await listRows(db, endpoint, filter, 1);
  if (!call) return undefined;
  const found = await findEvents(db, [{ serverId: endpoint.serverId, eventId: call.eventId }]);
  const events = await addContents(db, readDumps, [call], found, now);
  const event = events.get(call.eventId);
  if (!event) return { ...toListed(call), body: undefined };
  return withBody(withPost, call, event, async body => ({ ...toListed(call), body }));
}

/** The next larger id. */
export function idAfter(callId: string): string {
  const next = (BigInt(`0x${callId.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0');
  return [next.slice(0, 8), next.slice(8, 12), next.slice(12, 16), next.slice(16, 20), next.slice(20)].join('-');
}
