// Takes due rows out of the database whenever there is room: each second, and at once when somebody says that there is
// something.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import { type Repeated, repeatUntilStopped } from '@pennyblack/runtime/lifecycle/repeat-until-stopped.ts';
import { claimWork, loadClaimed } from './claim-work.ts';
import { type DeliveryItem, type Lane, lanes } from './delivery-item.ts';
import type { ItemsInHand } from './items-in-hand.ts';
import type { ResultRecorder } from './results.ts';
import type { Room } from './room.ts';
import type { ClaimedRow } from './store.ts';

export type ClaimLoopDeps = {
  db: Database;
  clock: Clock;
  room: Room;
  results: ResultRecorder;
  items: ItemsInHand;
  dispatch(item: DeliveryItem): void;
  processNumber(): number;
  /** Ends rows whose message is gone. */
  finishLost(rows: readonly ClaimedRow[], processNumber: number): Promise<void>;
  /** Called every half minute. */
  onFullScan(): Promise<void>;
  onError(error: unknown): void;
};

const claimAtMost = 200;
const claimPerServer = 50;
const pollEveryMilliseconds = 1000;
const fullScanEveryMilliseconds = 30_000;
/** How far below the lowest due time seen the next claim looks, for rows that were committed late. */
const lateCommitsInMilliseconds = 60_000;
/** Rows are read a few messages at a time, so that large ones cannot fill the memory. */
const loadAtOnce = 20;

export function startClaimLoop(deps: ClaimLoopDeps): Repeated {
  const { clock, room } = deps;
  // Index entries of rows that are gone pile up below this time; looking there again and again costs (measured).
  const notBefore: [Date, Date] = [new Date(0), new Date(0)];
  let fullScanAt = 0;

  function takeItem(item: DeliveryItem, isSuppressed: boolean): void {
    const hasRoom = room.reserve(item.lane, 1, item.message.bytes);
    if (hasRoom && isSuppressed) deps.items.finish(item, { kind: 'suppressed' });
    else if (hasRoom) deps.dispatch(item);
    else {
      const dueAt = new Date(clock.now().getTime() + pollEveryMilliseconds);
      void deps.results.record({ item, outcome: isSuppressed ? { kind: 'suppressed' } : { kind: 'released', dueAt } });
    }
  }

  async function claimLane(lane: Lane, stopping: AbortSignal): Promise<void> {
    for (;;) {
      const total = Math.min(claimAtMost, room.itemsFree(lane));
      if (total === 0 || stopping.aborted) return;
      await deps.results.whenHealthy();
      const now = clock.now();
      const processNumber = deps.processNumber();
      const claim = { lane, notBefore: notBefore[lane], perServer: claimPerServer, total, processNumber };
      const rows = await claimWork(deps.db, claim, now);
      for (let start = 0; start < rows.length; start += loadAtOnce) {
        const work = await loadClaimed(deps.db, rows.slice(start, start + loadAtOnce), claim, now);
        for (const item of work.items) takeItem(item, false);
        for (const item of work.suppressed) takeItem(item, true);
        if (work.lost.length > 0) await deps.finishLost(work.lost, processNumber);
      }
      // Servers beyond their quota still have rows as old as these.
      const seen = rows.length > 0 ? Math.min(...rows.map(row => row.dueAt.getTime())) : now.getTime();
      notBefore[lane] = new Date(Math.max(notBefore[lane].getTime(), seen - lateCommitsInMilliseconds));
      if (rows.length === 0) return;
    }
  }

  return repeatUntilStopped(
    async stopping => {
      const now = clock.now().getTime();
      if (now >= fullScanAt) {
        notBefore.fill(new Date(0));
        fullScanAt = now + fullScanEveryMilliseconds;
        await deps.onFullScan();
      }
      await claimLane(lanes.transactional, stopping);
      await claimLane(lanes.broadcast, stopping);
      return 'done';
    },
    { delayInMilliseconds: pollEveryMilliseconds, errorDelayInMillisecondsMax: 5000, onError: deps.onError },
  );
}
