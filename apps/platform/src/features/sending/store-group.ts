// Stores a group of messages in one transaction: suppressions are asked, keys of repeated requests claimed, rows and queue
// rows written, events recorded; after the commit delivery gets what it has room for.

import {
  CommitUncertain,
  type Database,
  DatabaseUnavailable,
  type Queryable,
  type Tx,
} from '@pennyblack/runtime/database/database.ts';
import { type Lane, lanes } from '../delivery/delivery-item.ts';
import type { DeliveryIntake } from '../delivery/intake.ts';
import { queueRecipients } from '../delivery/queue-recipients.ts';
import { returnUntaken } from '../delivery/return-untaken.ts';
import type { PlatformEvent } from '../events/event.ts';
import type { RecordEvents } from '../events/record-events.ts';
import type { NewMessage, Recipient } from '../messages/message.ts';
import { storeMessages } from '../messages/store-messages.ts';
import type { StreamType } from '../streams/stream.ts';
import { findSuppressed } from '../suppressions/find-suppressed.ts';
import { claimKeys } from './claim-keys.ts';
import type { KeyedItem } from './idempotency-key.ts';
import { acceptedResult, type SendResult } from './send-result.ts';
import { settleCommit, settleLater } from './settle-commit.ts';
import { type TrackedParts, trackedPartsOf } from './tracked-parts.ts';

export type GroupItem = { message: NewMessage; streamType: StreamType; keyed?: KeyedItem | undefined };

export type StoreOutcome =
  | { kind: 'stored'; suppressed: string[] }
  | { kind: 'all_suppressed'; suppressed: string[] }
  /** Its idempotency key was there before it: nothing is stored again. */
  | { kind: 'repeated'; result: SendResult }
  | { kind: 'key_of_other_request' }
  /** PostgreSQL refuses this one message, or the database went away before it was stored; its neighbours may be stored. */
  | { kind: 'failed'; error: unknown };

export type Repeated = Extract<StoreOutcome, { kind: 'repeated' | 'key_of_other_request' }>;

export type Planned = {
  item: GroupItem;
  lane: Lane;
  active: Recipient[];
  suppressed: Recipient[];
  ownerNumber: number | undefined;
  /** What of the message is tracked, for the counts; undefined when nothing is. */
  tracked: TrackedParts | undefined;
};

export const commitLookUpMaxInMilliseconds = 10_000;

export type StoreGroupDeps = { db: Database; recordEvents: RecordEvents; intake: DeliveryIntake };

export async function planGroup(db: Queryable, items: readonly GroupItem[]): Promise<Planned[]> {
  const keys = items.flatMap(({ message }) =>
    message.recipients.map(recipient => ({
      serverId: message.serverId,
      streamId: message.streamId,
      addressKey: recipient.addressKey,
      accountId: message.content.accountId,
    })),
  );
  const suppressedPositions = await findSuppressed(db, keys);
  let position = 0;
  return items.map(item => {
    const active: Recipient[] = [];
    const suppressed: Recipient[] = [];
    for (const recipient of item.message.recipients) {
      (suppressedPositions.has(position) ? suppressed : active).push(recipient);
      position += 1;
    }
    const lane = item.streamType === 'Broadcasts' ? lanes.broadcast : lanes.transactional;
    return { item, lane, active, suppressed, ownerNumber: undefined, tracked: trackedPartsOf(item.message.content) };
  });
}

function eventsOf(plan: Planned): PlatformEvent[] {
  const { message } = plan.item;
  const about = { serverId: message.serverId, messageId: message.messageId, streamId: message.streamId };
  const tag = message.content.tag === undefined ? {} : { tag: message.content.tag };
  const tracked = plan.tracked === undefined ? {} : { tracked: plan.tracked };
  return [
    { ...about, kind: 'message_accepted', details: { recipients: plan.active.length, ...tracked, ...tag } },
    ...plan.suppressed.map(
      (recipient): PlatformEvent => ({
        ...about,
        kind: 'recipient_suppressed',
        recipientNumber: recipient.recipientNumber,
        recipient: recipient.mailbox.address,
        details: tag,
      }),
    ),
  ];
}

export function suppressedAddresses(plan: Planned): string[] {
  return plan.suppressed.map(recipient => recipient.mailbox.address);
}

/** Answers those of the plans whose key was there before them. No statement where nobody gave a key. */
export async function findRepeated(tx: Tx, plans: readonly Planned[], now: Date): Promise<Map<Planned, Repeated>> {
  const claims = plans.flatMap(plan => {
    const { message, keyed } = plan.item;
    if (!keyed) return [];
    const result = acceptedResult(message, suppressedAddresses(plan));
    return [{ plan, serverId: message.serverId, keyed, result }];
  });
  if (claims.length === 0) return new Map();
  const stored = await claimKeys(tx, claims, now);
  return new Map(
    claims.flatMap(({ plan }, position): [Planned, Repeated][] => {
      const before = stored[position];
      if (!before) return [];
      return [[plan, before.kind === 'stored' ? { ...before, kind: 'repeated' } : { kind: 'key_of_other_request' }]];
    }),
  );
}

/** What a transaction has to do, and what it found to be done already. */
type Writing = { plans: readonly Planned[]; repeated: Map<Planned, Repeated>; now: Date };

async function writeGroup(deps: StoreGroupDeps, { plans, repeated, now }: Writing): Promise<void> {
  await deps.db.accept.transaction(async tx => {
    for (const plan of plans) repeated.delete(plan);
    for (const [plan, before] of await findRepeated(tx, plans, now)) repeated.set(plan, before);
    const fresh = plans.filter(plan => !repeated.has(plan));
    if (fresh.length > 0) await writeMessages(deps, tx, fresh, now);
  });
}

export async function writeMessages(
  deps: Pick<StoreGroupDeps, 'recordEvents'>,
  tx: Tx,
  plans: readonly Planned[],
  now: Date,
): Promise<void> {
  await storeMessages(
    tx,
    plans.map(plan => plan.item.message),
  );
  await queueRecipients(
    tx,
    plans.flatMap(plan =>
      plan.active.map(recipient => ({
        serverId: plan.item.message.serverId,
        messageId: plan.item.message.messageId,
        recipientNumber: recipient.recipientNumber,
        lane: plan.lane,
        streamId: plan.item.message.streamId,
        dueAt: now,
        ownerNumber: plan.ownerNumber ?? null,
      })),
    ),
  );
  await deps.recordEvents(tx, plans.flatMap(eventsOf), now);
}

/** What was inserted as owned by this process and not handed over belongs to nobody: it waits in the queue like the rest. */
export async function returnUntakenOf(deps: StoreGroupDeps, plans: readonly Planned[], dueAt: Date): Promise<void> {
  const rows = plans.flatMap(({ item: { message }, active, ownerNumber }) =>
    ownerNumber === undefined
      ? []
      : active.map(({ recipientNumber }) => ({
          serverId: message.serverId,
          messageId: message.messageId,
          recipientNumber,
          ownerNumber,
        })),
  );
  if (rows.length > 0) await returnUntaken(deps.db.results, rows, dueAt);
  deps.intake.wake();
}

async function writeTruthfully(deps: StoreGroupDeps, writing: Writing): Promise<void> {
  const { plans, repeated, now } = writing;
  try {
    await writeGroup(deps, writing);
  } catch (error) {
    if (!(error instanceof CommitUncertain)) throw error;
    const fresh = plans.filter(plan => !repeated.has(plan));
    const [first] = fresh;
    if (!first) return; // Nothing was to be stored, so nothing is uncertain.
    const { serverId, messageId } = first.item.message;
    const settled = await settleCommit(deps.db.reads, { serverId, messageId }, commitLookUpMaxInMilliseconds);
    if (settled === 'stored') return;
    if (settled === 'unknown') {
      void settleLater(deps.db.reads, { serverId, messageId }, () => returnUntakenOf(deps, fresh, now));
    }
    throw error;
  }
}

/**
 * A group that PostgreSQL refuses is halved until the bad message stands alone. The database may go away in the middle:
 * then a part is stored, and each message hears of its own part.
 */
async function writeHalving(deps: StoreGroupDeps, writing: Writing, failures: Map<Planned, unknown>): Promise<void> {
  const { plans } = writing;
  try {
    await writeTruthfully(deps, writing);
  } catch (error) {
    if (plans.length === 1 || error instanceof DatabaseUnavailable) {
      for (const plan of plans) failures.set(plan, error);
      return;
    }
    const middle = plans.length >> 1;
    await writeHalving(deps, { ...writing, plans: plans.slice(0, middle) }, failures);
    await writeHalving(deps, { ...writing, plans: plans.slice(middle) }, failures);
  }
}

/** One outcome for each item, in their order. Rejects with DatabaseUnavailable when the suppressions cannot be asked. */
export async function storeGroup(
  deps: StoreGroupDeps,
  items: readonly GroupItem[],
  now: Date,
): Promise<StoreOutcome[]> {
  const planned = await planGroup(deps.db.accept, items);
  const toStore = planned.filter(plan => plan.active.length > 0);
  reserveRoom(deps.intake, toStore);
  const failures = new Map<Planned, unknown>();
  const repeated = new Map<Planned, Repeated>();
  if (toStore.length > 0) await writeHalving(deps, { plans: toStore, repeated, now }, failures);
  const isStored = (plan: Planned) => !failures.has(plan) && !repeated.has(plan);
  giveRoomBack(
    deps.intake,
    toStore.filter(plan => !isStored(plan)),
  );
  handOver(deps.intake, toStore.filter(isStored));

  return planned.map(plan => {
    const suppressed = suppressedAddresses(plan);
    if (plan.active.length === 0) return { kind: 'all_suppressed', suppressed };
    if (failures.has(plan)) return { kind: 'failed', error: failures.get(plan) };
    return repeated.get(plan) ?? { kind: 'stored', suppressed };
  });
}

export function reserveRoom(intake: DeliveryIntake, plans: readonly Planned[]): void {
  for (const plan of plans) plan.ownerNumber = intake.reserve(plan.lane, plan.item.message, plan.active.length);
}

export function giveRoomBack(intake: DeliveryIntake, plans: readonly Planned[]): void {
  for (const plan of plans)
    if (plan.ownerNumber !== undefined) intake.cancel(plan.lane, plan.item.message, plan.active.length);
}

/** They are committed. */
export function handOver(intake: DeliveryIntake, plans: readonly Planned[]): void {
  for (const { lane, item, active, ownerNumber } of plans)
    if (ownerNumber !== undefined) intake.take(lane, item.message, active, ownerNumber);
  if (plans.some(plan => plan.ownerNumber === undefined)) intake.wake();
}
