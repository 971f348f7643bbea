// Stores a group of messages that go later, in one transaction. Suppressions and keys of repeated requests are asked as
// for messages that go at once.

import { CommitUncertain, type Pool, type Tx } from '@pennyblack/runtime/database/database.ts';
import { writeHalving } from '@pennyblack/runtime/database/write-halving.ts';
import { tailOfUuidV7, timeOfUuidV7 } from '@pennyblack/runtime/uuid-v7.ts';
import { settleCommit } from '../settle-commit.ts';
import {
  commitLookUpMaxInMilliseconds,
  findRepeated,
  type GroupItem,
  type Planned,
  planGroup,
  type Repeated,
  type StoreGroupDeps,
  type StoreOutcome,
  suppressedAddresses,
} from '../store-group.ts';
import { insertEmptyScheduled, insertScheduled } from './store.ts';

class RolledBack extends Error {}

/** Waits for a transaction under way that stores it. */
async function isScheduled(db: Pool, message: { serverId: number; messageId: string }): Promise<boolean> {
  const key = { serverId: message.serverId, idTail: tailOfUuidV7(message.messageId) };
  let isFree = false;
  try {
    await db.transaction(async tx => {
      isFree = await insertEmptyScheduled(tx, key);
      throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
  return !isFree;
}

async function writeScheduled(tx: Tx, plans: readonly Planned[], now: Date): Promise<void> {
  const rows = plans.map(({ item: { message }, lane }) => ({ message, lane, dueAt: timeOfUuidV7(message.messageId) }));
  await insertScheduled(tx, rows, now);
}

/** The group's results, when it was committed; rejects when it was not, or when nobody knows. */
async function writeTruthfully(
  deps: StoreGroupDeps,
  plans: readonly Planned[],
  now: Date,
): Promise<Map<Planned, Repeated>> {
  let repeated = new Map<Planned, Repeated>();
  let fresh: Planned[] = [];
  try {
    await deps.db.accept.transaction(async tx => {
      repeated = await findRepeated(tx, plans, now);
      fresh = plans.filter(plan => !repeated.has(plan));
      if (fresh.length > 0) await writeScheduled(tx, fresh, now);
    });
  } catch (error) {
    if (!(error instanceof CommitUncertain)) throw error;
    const first = fresh[0]?.item.message;
    if (!first) return repeated; // Nothing was to be stored, so nothing is uncertain.
    const settled = await settleCommit(deps.db.reads, first, commitLookUpMaxInMilliseconds, isScheduled);
    if (settled !== 'stored') throw error;
  }
  return repeated;
}

/** One outcome for each item, in their order: the message's id says when it is due. */
export async function scheduleGroup(
  deps: StoreGroupDeps,
  items: readonly GroupItem[],
  now: Date,
): Promise<StoreOutcome[]> {
  const planned = await planGroup(deps.db.accept, items);
  const outcomes = new Map<Planned, StoreOutcome>();
  const write = async (plans: readonly Planned[]) => {
    const repeated = await writeTruthfully(deps, plans, now);
    for (const plan of plans)
      outcomes.set(plan, repeated.get(plan) ?? { kind: 'stored', suppressed: suppressedAddresses(plan) });
  };
  const toStore = planned.filter(plan => plan.active.length > 0);
  let failure: unknown;
  try {
    if (toStore.length > 0) {
      await writeHalving(toStore, write, async (plan, error) => void outcomes.set(plan, { kind: 'failed', error }));
    }
  } catch (error) {
    failure = error;
  }
  return planned.map(plan => {
    if (plan.active.length === 0) return { kind: 'all_suppressed', suppressed: suppressedAddresses(plan) };
    return outcomes.get(plan) ?? { kind: 'failed', error: failure };
  });
}
