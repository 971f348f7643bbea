// Takes the due rows of one lane, as many as there is room for. Servers take turns: a round goes from the first to the
// last, each up to its quota, and what does not fit goes on in the next claim where this one ended.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import { claimWork, keepOwned, loadClaimed, returnClaimed } from './claim-work.ts';
import type { DeliveryItem, Lane } from './delivery-item.ts';
import type { ItemsInHand } from './items-in-hand.ts';
import type { ResultRecorder } from './results.ts';
import type { Room } from './room.ts';
import type { ClaimedRow } from './store.ts';

export type LaneDeps = {
  db: Database;
  clock: Clock;
  room: Room;
  results: Pick<ResultRecorder, 'record' | 'whenHealthy'>;
  items: ItemsInHand;
  dispatch(item: DeliveryItem): void;
  processNumber(): number;
  /** Ends rows whose message is gone. */
  finishLost(rows: readonly ClaimedRow[], processNumber: number): Promise<void>;
};

export type LaneClaimer = {
  /** Resolves when nothing more is due, or there is no more room. What was claimed when it failed is taken first next time. */
  claimDue(stopping: AbortSignal): Promise<void>;
  /** The next claim looks at all rows again, however old. */
  lookAtAll(): void;
};

const claimAtMost = 200;
const claimPerServer = 50;
/** How far below the lowest due time seen the next claim looks, for rows that were committed late. */
const lateCommitsInMilliseconds = 60_000;
/** Rows are read a few messages at a time, so that large ones cannot fill the memory. */
const loadAtOnce = 20;
/** Rows for whose messages there was no memory are tried again after this. */
const noRoomInMilliseconds = 1000;

export function createLaneClaimer(lane: Lane, deps: LaneDeps): LaneClaimer {
  const { db, clock, room } = deps;
  // Index entries of rows that are gone pile up below this time; looking there again and again costs (measured).
  let notBefore = new Date(0);
  let afterServerId = 0;
  let earliestOfRound = Number.POSITIVE_INFINITY;
  /** Owned by this process, and not in its memory yet. */
  let claimed: ClaimedRow[] = [];
  /** Their claim was not answered: nobody but the database knows whether this process owns them. */
  let doubtful: ClaimedRow[] = [];
  let claimedBy = 0;

  /** False when the item found no room and goes back. */
  function takeItem(item: DeliveryItem, isSuppressed: boolean): boolean {
    const hasRoom = room.reserve(item.lane, 1, item.message.bytes);
    if (hasRoom && isSuppressed) deps.items.finish(item, { kind: 'suppressed' });
    else if (hasRoom) deps.dispatch(item);
    else {
      const dueAt = new Date(clock.now().getTime() + noRoomInMilliseconds);
      void deps.results.record({ item, outcome: isSuppressed ? { kind: 'suppressed' } : { kind: 'released', dueAt } });
    }
    return hasRoom;
  }

  /** False when there was no room for all of them. */
  async function takeClaimed(): Promise<boolean> {
    // The lease was lost: others have them.
    if (claimedBy !== deps.processNumber()) {
      claimed = [];
      doubtful = [];
    }
    if (doubtful.length > 0) {
      claimed.push(...(await keepOwned(db, doubtful, claimedBy)));
      doubtful = [];
    }
    let hasRoom = true;
    while (claimed.length > 0 && hasRoom) {
      const work = await loadClaimed(db, claimed.slice(0, loadAtOnce), { lane, processNumber: claimedBy }, clock.now());
      if (work.lost.length > 0) await deps.finishLost(work.lost, claimedBy);
      claimed = claimed.slice(loadAtOnce);
      for (const item of work.items) hasRoom = takeItem(item, false) && hasRoom;
      for (const item of work.suppressed) hasRoom = takeItem(item, true) && hasRoom;
    }
    if (claimed.length > 0) {
      await returnClaimed(db, claimed, claimedBy, new Date(clock.now().getTime() + noRoomInMilliseconds));
      claimed = [];
    }
    return hasRoom;
  }

  function noteRound(rows: readonly ClaimedRow[], total: number, now: Date): void {
    earliestOfRound = Math.min(earliestOfRound, now.getTime(), ...rows.map(row => row.dueAt.getTime()));
    if (rows.length === total) {
      afterServerId = Math.max(...rows.map(row => row.serverId));
      return;
    }
    // The round is over. Servers beyond their quota still have rows as old as its earliest.
    notBefore = new Date(Math.max(notBefore.getTime(), earliestOfRound - lateCommitsInMilliseconds));
    afterServerId = 0;
    earliestOfRound = Number.POSITIVE_INFINITY;
  }

  return {
    claimDue: async stopping => {
      for (;;) {
        await deps.results.whenHealthy();
        if (!(await takeClaimed())) return;
        const total = Math.min(claimAtMost, room.itemsFree(lane));
        if (total === 0 || stopping.aborted) return;
        const now = clock.now();
        const isWholeRound = afterServerId === 0;
        claimedBy = deps.processNumber();
        claimed = await claimWork(
          db,
          { lane, notBefore, afterServerId, perServer: claimPerServer, total, processNumber: claimedBy },
          now,
          rows => {
            doubtful = rows;
          },
        );
        doubtful = [];
        noteRound(claimed, total, now);
        if (claimed.length === 0 && isWholeRound) return;
      }
    },
    lookAtAll: () => {
      notBefore = new Date(0);
    },
  };
}
