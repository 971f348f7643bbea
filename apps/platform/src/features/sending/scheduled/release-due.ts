// Sends messages whose time has come. One transaction takes them out of waiting, checks them again, and writes what a
// message that goes at once has: so each is sent once, whatever dies when, and however many processes are at it.

import { parseMailboxList } from '@pennyblack/email/address/parse-mailbox-list.ts';
import { type Pool, StatementFailed, type Tx } from '@pennyblack/runtime/database/database.ts';
import type { RefusalName } from '../../../refusals.ts';
import { type Lane, lanes } from '../../delivery/delivery-item.ts';
import type { PlatformEvent } from '../../events/event.ts';
import type { RecordEvents } from '../../events/record-events.ts';
import type { NewMessage } from '../../messages/message.ts';
import { decideSender, type SenderStanding } from '../../senders/sender-rules.ts';
import type { SendingServer } from '../../servers/server.ts';
import { decideStream } from '../../streams/sending-rules.ts';
import type { MessageStream } from '../../streams/stream.ts';
import { type GroupItem, planGroup, writeMessages } from '../store-group.ts';
import { makeDueMessage } from './due-message.ts';
import type { ScheduledResult } from './scheduled-message.ts';
import { type DueRow, insertResults, listDueSenders, lockDue, type TakenScheduled, takeScheduled } from './store.ts';

export type ReleaseDeps = {
  db: Pool;
  recordEvents: RecordEvents;
  /** Undefined: the server is deleted. */
  serverOf(serverId: number): Promise<SendingServer | undefined>;
  findStreams(serverId: number): Promise<ReadonlyMap<string, MessageStream>>;
  findSenderStanding(accountId: number, from: { address: string; domain: string }): Promise<SenderStanding>;
  requireVerifiedSenders: boolean;
  /** Rows without an owner were committed. */
  wake(): void;
  onReleased(counts: { sent: number; refused: number }): void;
};

const togetherMax = 200;
const bytesMax = 8 * 1024 * 1024;

/** Transactional mail first. Answers whether there may be more that is due. */
export async function releaseDue(deps: ReleaseDeps, now: Date): Promise<'again' | 'done'> {
  for (const lane of [lanes.transactional, lanes.broadcast]) {
    await lookUpAhead(deps, lane, now);
    if ((await releaseHalving(deps, lane, now)) > 0) return 'again';
  }
  return 'done';
}

/**
 * Asks for what the checks will ask for, so that they find it in memory: rows are locked then, and whoever cancels one of them
 * holds a connection that a look-up may be waiting for.
 */
async function lookUpAhead(deps: ReleaseDeps, lane: Lane, now: Date): Promise<void> {
  for (const { serverId, fromDisplay } of await listDueSenders(deps.db, lane, now, togetherMax)) {
    const server = await deps.serverOf(serverId);
    if (!server) continue;
    await deps.findStreams(serverId);
    const from = parseMailboxList('From', fromDisplay, { allowNonAsciiMailboxes: true });
    if (!deps.requireVerifiedSenders || from.kind === 'invalid' || !from.mailboxes[0]) continue;
    await deps.findSenderStanding(server.accountId, from.mailboxes[0]);
  }
}

/**
 * Fewer and fewer while PostgreSQL refuses to store them; what it refuses standing alone ends as refused, so that it does
 * not hold up the others. Any other error says nothing about a message, so everything goes on waiting. Answers how many
 * ended.
 */
async function releaseHalving(deps: ReleaseDeps, lane: Lane, now: Date): Promise<number> {
  let limit = togetherMax;
  for (;;) {
    const tried: { due: readonly DueRow[] } = { due: [] };
    try {
      return await release(deps, lane, now, limit, tried);
    } catch (error) {
      if (!isAboutMessage(error) || tried.due.length === 0) throw error;
      if (tried.due.length === 1) return refuseUnstorable(deps, tried.due, now);
      limit = tried.due.length >> 1;
    }
  }
}

/**
 * Values that cannot be stored (SQLSTATE classes 22, 23 and 54). A time limit, an error of ours or a missing partition, which
 * is a check violation without a constraint, would else end message after message.
 */
function isAboutMessage(error: unknown): boolean {
  if (!(error instanceof StatementFailed) || !/^(22|23|54)/.test(error.code)) return false;
  return error.code !== '23514' || error.constraint !== undefined;
}

async function refuseUnstorable(deps: ReleaseDeps, due: readonly DueRow[], now: Date): Promise<number> {
  return deps.db.transaction(async tx => {
    const taken = await takeScheduled(tx, due);
    const refused = taken.map((one): Refused => ({ taken: one, refusal: 'unexpected' }));
    await writeResults(deps, tx, [], refused, now);
    tx.afterCommit(() => deps.onReleased({ sent: 0, refused: refused.length }));
    return taken.length;
  });
}

type Decided = { taken: TakenScheduled; item: GroupItem } | { taken: TakenScheduled; refusal: RefusalName };
type Refused = Extract<Decided, { refusal: RefusalName }>;

/** `tried` is told what was taken, also when the transaction fails. */
async function release(
  deps: ReleaseDeps,
  lane: Lane,
  now: Date,
  limit: number,
  tried: { due: readonly DueRow[] },
): Promise<number> {
  return deps.db.transaction(async tx => {
    tried.due = withinBytes(await lockDue(tx, lane, now, limit));
    if (tried.due.length === 0) return 0;
    const taken = await takeScheduled(tx, tried.due);
    const decided = await Promise.all(taken.map(one => decide(deps, one, now)));
    const refused = decided.filter(one => 'refusal' in one);
    const items = decided.filter(one => 'item' in one);
    const plans = await planGroup(
      tx,
      items.map(one => one.item),
    );
    const active = plans.filter(plan => plan.active.length > 0);
    plans.forEach((plan, place) => {
      const one = items[place];
      if (one && plan.active.length === 0) refused.push({ taken: one.taken, refusal: 'recipients_inactive' });
    });
    if (active.length > 0) await writeMessages(deps, tx, active, now);
    const sentOf = new Map(items.map(one => [one.item, one.taken]));
    const sent = active.flatMap(({ item }) => {
      const one = sentOf.get(item);
      return one ? [resultOf(one, item.message, now)] : [];
    });
    await writeResults(deps, tx, sent, refused, now);
    tx.afterCommit(() => {
      deps.onReleased({ sent: sent.length, refused: refused.length });
      if (sent.length > 0) deps.wake();
    });
    return taken.length;
  });
}

async function writeResults(
  { recordEvents }: ReleaseDeps,
  tx: Tx,
  sent: readonly ScheduledResult[],
  refused: readonly Refused[],
  now: Date,
): Promise<void> {
  const results = refused.map(({ taken, refusal }) => endOf(taken, 'refused', refusal, now));
  await insertResults(tx, [...sent, ...results]);
  await recordEvents(
    tx,
    results.map(
      ({ serverId, messageId, streamId, refusal }): PlatformEvent => ({
        kind: 'scheduled_message_refused',
        serverId,
        messageId,
        streamId,
        details: { refusal },
      }),
    ),
    now,
  );
}

/** What was checked when it was accepted may have changed since. */
async function decide(deps: ReleaseDeps, taken: TakenScheduled, now: Date): Promise<Decided> {
  const server = await deps.serverOf(taken.serverId);
  if (!server) return { taken, refusal: 'server_or_account_invalid' };
  const stream = decideStream(await deps.findStreams(taken.serverId), taken.streamId);
  if (stream.kind !== 'sends') return { taken, refusal: 'stream_unknown' };
  const message = readDueMessage(taken, now);
  if (!message) return { taken, refusal: 'unexpected' };
  if (deps.requireVerifiedSenders && server.deliveryType !== 'Sandbox') {
    const { from } = message.content;
    const sender = decideSender(await deps.findSenderStanding(server.accountId, from), from.address);
    if (sender.kind !== 'may_send')
      return { taken, refusal: sender.kind === 'unknown' ? 'sender_not_found' : 'sender_unconfirmed' };
  }
  return { taken, item: { message, streamType: stream.stream.streamType } };
}

function readDueMessage(taken: TakenScheduled, now: Date): NewMessage | undefined {
  try {
    return makeDueMessage(taken, now);
  } catch {
    return undefined; // Nobody can read it: it must not keep the others from being sent.
  }
}

/** At least one. */
function withinBytes(due: readonly DueRow[]): DueRow[] {
  let bytes = 0;
  return due.filter((row, place) => {
    bytes += row.contentBytes;
    return place === 0 || bytes <= bytesMax;
  });
}

function resultOf(taken: TakenScheduled, message: NewMessage, now: Date): ScheduledResult {
  return { ...endOf(taken, 'sent', null, now), messageId: message.messageId };
}

export function endOf(
  waiting: Pick<TakenScheduled, 'serverId' | 'idTail' | 'messageId' | 'streamId' | 'dueAt' | 'acceptedAt'>,
  status: ScheduledResult['status'],
  refusal: RefusalName | null,
  now: Date,
): ScheduledResult {
  const { serverId, idTail, messageId, streamId, dueAt, acceptedAt } = waiting;
  return { serverId, idTail, messageId, streamId, dueAt, acceptedAt, endedAt: now, status, refusal };
}
