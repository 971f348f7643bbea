// Stores messages in one transaction with what they are made of: an entry of a bulk request has ended exactly when its
// message is there.

import { CommitUncertain, type Pool, type Tx } from '@pennyblack/runtime/database/database.ts';
import { settleCommit, settleLater } from './settle-commit.ts';
import {
  commitLookUpMaxInMilliseconds,
  type GroupItem,
  giveRoomBack,
  handOver,
  type Planned,
  planGroup,
  reserveRoom,
  returnUntakenOf,
  type StoreGroupDeps,
  writeMessages,
} from './store-group.ts';

/** One answer for each item, in their order. What has no recipient left is not stored. */
export type StoreItems = (items: readonly GroupItem[]) => Promise<('stored' | 'all_suppressed')[]>;

/**
 * `work` may call `store` once. What was stored goes on to delivery after the commit. Rejects with CommitUncertain only
 * when the database does not say for a while whether it was committed; with whatever else makes the transaction fail.
 */
export async function storeWithin<T>(
  deps: StoreGroupDeps,
  db: Pool,
  now: Date,
  work: (tx: Tx, store: StoreItems) => Promise<T>,
): Promise<T> {
  let stored: Planned[] = [];
  let result: { value: T } | undefined;
  try {
    await db.transaction(async tx => {
      const value = await work(tx, async items => {
        const plans = await planGroup(tx, items);
        stored = plans.filter(plan => plan.active.length > 0);
        reserveRoom(deps.intake, stored);
        if (stored.length > 0) await writeMessages(deps, tx, stored, now);
        return plans.map(plan => (plan.active.length > 0 ? 'stored' : 'all_suppressed'));
      });
      result = { value };
    });
  } catch (error) {
    const isStored = error instanceof CommitUncertain && (await isCommitted(deps, stored, now));
    if (!isStored) {
      giveRoomBack(deps.intake, stored);
      throw error;
    }
  }
  handOver(deps.intake, stored);
  if (!result) throw new Error('The transaction was committed without its work.');
  return result.value;
}

async function isCommitted(deps: StoreGroupDeps, stored: readonly Planned[], now: Date): Promise<boolean> {
  const [first] = stored;
  if (!first) return false;
  const { serverId, messageId } = first.item.message;
  const settled = await settleCommit(deps.db.reads, { serverId, messageId }, commitLookUpMaxInMilliseconds);
  // Its rows may turn up as owned by this process, which knows nothing of them.
  if (settled === 'unknown')
    void settleLater(deps.db.reads, { serverId, messageId }, () => returnUntakenOf(deps, stored, now));
  return settled === 'stored';
}
