// Stores a group of messages in one transaction: suppressions are asked, rows and queue rows written, events recorded;
// after the commit delivery gets what it has room for.

import {
  CommitUncertain,
  type Database,
  DatabaseUnavailable,
  type Pool,
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
import { settleCommit, settleLater } from './settle-commit.ts';

export type GroupItem = { message: NewMessage; streamType: StreamType };

export type StoreOutcome =
  | { kind: 'stored'; suppressed: string[] }
  | { kind: 'all_suppressed'; suppressed: string[] }
  /** PostgreSQL refuses this one message, or the database went away before it was stored; its neighbours may be stored. */
  | { kind: 'failed'; error: unknown };

type Planned = {
  item: GroupItem;
  lane: Lane;
  active: Recipient[];
  suppressed: Recipient[];
  ownerNumber: number | undefined;
};

const commitLookUpMaxInMilliseconds = 10_000;

export type StoreGroupDeps = { db: Database; recordEvents: RecordEvents; intake: DeliveryIntake };

async function planGroup(db: Pool, items: readonly GroupItem[]): Promise<Planned[]> {
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
    return { item, lane, active, suppressed, ownerNumber: undefined };
  });
}

function eventsOf(plan: Planned): PlatformEvent[] {
  const { message } = plan.item;
  const about = { serverId: message.serverId, messageId: message.messageId, streamId: message.streamId };
  const tag = message.content.tag === undefined ? {} : { tag: message.content.tag };
  return [
    { ...about, kind: 'message_accepted', details: { recipients: plan.active.length, ...tag } },
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

async function writeGroup(deps: StoreGroupDeps, plans: readonly Planned[], now: Date): Promise<void> {
  await deps.db.accept.transaction(async tx => {
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
  });
}

/** What was inserted as owned by this process and not handed over belongs to nobody: it waits in the queue like the rest. */
async function returnUntakenOf(deps: StoreGroupDeps, plans: readonly Planned[], dueAt: Date): Promise<void> {
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

async function writeTruthfully(deps: StoreGroupDeps, plans: readonly Planned[], now: Date): Promise<void> {
  try {
    await writeGroup(deps, plans, now);
  } catch (error) {
    const [first] = plans;
    if (!(error instanceof CommitUncertain) || !first) throw error;
    const { serverId, messageId } = first.item.message;
    const settled = await settleCommit(deps.db.reads, { serverId, messageId }, commitLookUpMaxInMilliseconds);
    if (settled === 'stored') return;
    if (settled === 'unknown') {
      void settleLater(deps.db.reads, { serverId, messageId }, () => returnUntakenOf(deps, plans, now));
    }
    throw error;
  }
}

/**
 * A group that PostgreSQL refuses is halved until the bad message stands alone. The database may go away in the middle:
 * then a part is stored, and each message hears of its own part.
 */
async function writeHalving(
  deps: StoreGroupDeps,
  plans: readonly Planned[],
  now: Date,
  failures: Map<Planned, unknown>,
): Promise<void> {
  try {
    await writeTruthfully(deps, plans, now);
  } catch (error) {
    if (plans.length === 1 || error instanceof DatabaseUnavailable) {
      for (const plan of plans) failures.set(plan, error);
      return;
    }
    const middle = plans.length >> 1;
    await writeHalving(deps, plans.slice(0, middle), now, failures);
    await writeHalving(deps, plans.slice(middle), now, failures);
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
  for (const plan of toStore) plan.ownerNumber = deps.intake.reserve(plan.lane, plan.item.message, plan.active.length);
  const failures = new Map<Planned, unknown>();
  if (toStore.length > 0) await writeHalving(deps, toStore, now, failures);

  let isAnyWaiting = false;
  for (const plan of toStore) {
    if (failures.has(plan)) giveRoomBack(deps.intake, plan);
    else if (plan.ownerNumber === undefined) isAnyWaiting = true;
    else deps.intake.take(plan.lane, plan.item.message, plan.active, plan.ownerNumber);
  }
  if (isAnyWaiting) deps.intake.wake();

  return planned.map(plan => {
    const suppressed = plan.suppressed.map(recipient => recipient.mailbox.address);
    if (plan.active.length === 0) return { kind: 'all_suppressed', suppressed };
    if (failures.has(plan)) return { kind: 'failed', error: failures.get(plan) };
    return { kind: 'stored', suppressed };
  });
}

function giveRoomBack(intake: DeliveryIntake, plan: Planned): void {
  if (plan.ownerNumber !== undefined) intake.cancel(plan.lane, plan.item.message, plan.active.length);
}
