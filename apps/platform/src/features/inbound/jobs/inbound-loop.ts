// Reads mail as soon as it was taken here, and claims what others have left: several at a time, because checks wait for the
// network. What was read is recorded in batches.

import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import { createBatchWriter } from '@pennyblack/runtime/database/batch-writer.ts';
import type { Pool, Queryable } from '@pennyblack/runtime/database/database.ts';
import { writeHalving } from '@pennyblack/runtime/database/write-halving.ts';
import { type Repeated, repeatUntilStopped } from '@pennyblack/runtime/lifecycle/repeat-until-stopped.ts';
import type { RecordEvents } from '../../events/record-events.ts';
import { attemptsMax, claimMails, drop, giveBack, giveUp } from '../claim-work.ts';
import { type ProcessDeps, processMail } from '../process-mail.ts';
import { type MailEnd, type ReadMail, readSettingsFor, recordMails } from '../record-mail.ts';
import type { InboundWork, WorkInHand } from '../work-in-hand.ts';

export type InboundLoopDeps = Omit<ProcessDeps, 'db'> & {
  db: { results: Pool; claims: Queryable; reads: Queryable };
  work: WorkInHand;
  clock: Clock;
  recordEvents: RecordEvents;
  processNumber(): number;
  onEnd(end: MailEnd): void;
  onError(error: unknown, sourceId?: string): void;
};

export type InboundLoop = {
  /** There is something in hand. */
  pump(): void;
  /** Resolves when what is under way has been recorded. What is left is free with the lease of this process. */
  stop(): Promise<void>;
};

const pollEveryMilliseconds = 1000;
/** Of what was just taken, and as much again of what was claimed. Most of them wait for name servers of their senders. */
const underWayMax = 150;
const claimedAtOnceMax = 150;
const recordedTogetherMax = 50;
const waitWhileAwayMilliseconds = 500;

type Item = { mail: ReadMail; failure?: unknown };

export function startInboundLoop(deps: InboundLoopDeps): InboundLoop {
  const { work, clock } = deps;
  const underWay = { taken: 0, claimed: 0 };
  let isStopping = false;
  /** Others have left more than was claimed. */
  let hasMore = false;
  let claimedInHand = 0;
  let onIdle = () => {};

  const recorder = createBatchWriter<Item>({
    itemsMax: recordedTogetherMax,
    writesMax: 1,
    writeBatch: items =>
      writeHalving(items, write, async (item, error) => {
        item.failure = error;
      }),
    onFailure: async error => {
      deps.onError(error);
      if (isStopping) return 'rejected';
      await wait(waitWhileAwayMilliseconds);
      return 'again';
    },
  });

  async function write(items: readonly Item[]): Promise<void> {
    const mails = items.map(item => item.mail);
    const settings = await readSettingsFor(deps.db.reads, mails);
    const ends = await deps.db.results.transaction(tx =>
      recordMails(tx, deps.recordEvents, mails, settings, clock.now()),
    );
    for (const end of ends) deps.onEnd(end);
  }

  async function readAndRecord({ claimed, source }: Pick<InboundWork, 'claimed' | 'source'>): Promise<void> {
    if (claimed.attempts > attemptsMax) {
      const failed = await giveUp(deps.db.results, deps.recordEvents, claimed, clock.now());
      for (let count = 0; count < failed; count += 1) deps.onEnd('failed');
      return;
    }
    const mail = await processMail({ ...deps, db: deps.db.reads }, { claimed, source });
    if (!mail) return drop(deps.db.results, claimed);
    const item: Item = { mail };
    await recorder.write(item);
    if (item.failure !== undefined) throw item.failure;
  }

  async function run(next: InboundWork): Promise<void> {
    const { claimed } = next;
    const kind = next.isClaimed ? 'claimed' : 'taken';
    underWay[kind] += 1;
    try {
      await readAndRecord(next);
    } catch (error) {
      deps.onError(error, claimed.sourceId);
      // When this fails as well, it is found as this process's and not in its hand.
      await giveBack(deps.db.results, claimed, clock.now()).catch(() => {});
    } finally {
      work.finish(claimed.sourceId);
      underWay[kind] -= 1;
      if (next.isClaimed) claimedInHand -= 1;
      if (isIdle()) onIdle();
    }
    pump();
    if (hasMore && claimedInHand <= claimedAtOnceMax / 4) claiming.wake();
  }

  function isIdle(): boolean {
    return underWay.taken + underWay.claimed === 0;
  }

  function pump(): void {
    while (!isStopping) {
      const next = work.next({ taken: underWay.taken < underWayMax, claimed: underWay.claimed < underWayMax });
      if (!next) return;
      void run(next);
    }
  }

  const claiming: Repeated = repeatUntilStopped(
    async () => {
      const limit = claimedAtOnceMax - claimedInHand;
      if (limit <= 0) return 'done';
      const claimed = await claimMails(deps.db.claims, deps.processNumber(), work.sourceIds(), limit, clock.now());
      hasMore = claimed.length === limit;
      for (const each of claimed)
        if (work.add({ claimed: each, source: undefined, isClaimed: true })) claimedInHand += 1;
      return 'done';
    },
    {
      delayInMilliseconds: pollEveryMilliseconds,
      errorDelayInMillisecondsMax: 5000,
      onError: error => deps.onError(error),
    },
  );

  pump();
  return {
    pump,
    stop: async () => {
      isStopping = true;
      work.close();
      await claiming.stop();
      if (!isIdle()) await new Promise<void>(resolve => (onIdle = resolve));
      await recorder.drained();
    },
  };
}
