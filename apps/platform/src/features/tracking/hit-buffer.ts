// Takes hits into memory at once and writes them in batches, so that nobody who reads a mail waits for the database, or
// notices that it is away. Memory has a bound: what does not fit is dropped, and counted.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import { createBatchWriter } from '@pennyblack/runtime/database/batch-writer.ts';
import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { willPass, writeHalving } from '@pennyblack/runtime/database/write-halving.ts';
import type { RecordEvents } from '../events/record-events.ts';
import type { FindPlace } from './ports.ts';
import type { Hit } from './reading.ts';
import { type RecordedHits, recordHits } from './record-hits.ts';
import { restAfter } from './recording-pace.ts';

/** `dropped`: the buffer was full. `refused`: the database declined it. The others as in RecordedHits. */
export type LostHit = 'dropped' | 'refused' | 'gone' | 'surplus';

export type HitBuffer = {
  /** Never waits, never fails. */
  take(hit: Hit): void;
  waiting(): number;
  drained(): Promise<void>;
  /** The next failure is the last: what waits is dropped instead of being tried again. */
  giveUp(): void;
};

export type HitBufferDeps = {
  db: Pool;
  recordEvents: RecordEvents;
  findPlace: FindPlace;
  clock: Clock;
  onRecorded(recorded: RecordedHits['recorded']): void;
  onLost(why: LostHit, count: number): void;
  onDatabaseAway(error: unknown): void;
  onRefused(hit: Hit, error: unknown): void;
  bytesMax?: number;
  waitWhileAwayInMilliseconds?: number;
};

const hitsPerBatchMax = 500;
/** Batches rather than single hits: a transaction for thirty costs little more than one for a single hit. */
const pauseInMilliseconds = 100;
/** An hour of a hundred hits in a second. */
const bytesMaxByDefault = 128 * 1024 * 1024;
/** Rough: what a hit takes beside its texts. */
const bytesOfHit = 400;

export function createHitBuffer(deps: HitBufferDeps): HitBuffer {
  const { bytesMax = bytesMaxByDefault, waitWhileAwayInMilliseconds = 500 } = deps;
  let bytes = 0;
  let isAway = false;
  let isOver = false;
  let taken = 0;
  let lastWrite = { startedAt: performance.now(), taken: 0 };
  let stopResting = () => {};
  let isDraining = false;

  async function letAnswersPass(hits: number, startedAt: number): Promise<void> {
    const now = performance.now();
    const takenPerMillisecond = (taken - lastWrite.taken) / (now - lastWrite.startedAt);
    lastWrite = { startedAt, taken };
    const rest = restAfter({ hits, milliseconds: now - startedAt, takenPerMillisecond, waiting: writer.waiting() });
    if (rest === 0 || isDraining) return;
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, rest);
      stopResting = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function write(hits: readonly Hit[]): Promise<void> {
    const { recorded, gone, surplus } = await deps.db.transaction(tx => recordHits(tx, deps, hits, deps.clock.now()));
    deps.onRecorded(recorded);
    if (gone > 0) deps.onLost('gone', gone);
    if (surplus > 0) deps.onLost('surplus', surplus);
  }

  const writer = createBatchWriter<Hit>({
    itemsMax: hitsPerBatchMax,
    writesMax: 1,
    pauseInMilliseconds,
    writeBatch: async hits => {
      const startedAt = performance.now();
      await writeHalving(hits, write, async (hit, error) => {
        deps.onLost('refused', 1);
        deps.onRefused(hit, error);
      });
      isAway = false;
      await letAnswersPass(hits.length, startedAt);
    },
    // What was written of the batch before it failed is known by its id, so all of it may be written again.
    onFailure: async error => {
      if (isOver || !willPass(error)) return 'rejected';
      if (!isAway) deps.onDatabaseAway(error);
      isAway = true;
      await new Promise(resolve => setTimeout(resolve, waitWhileAwayInMilliseconds));
      return 'again';
    },
  });

  return {
    take: hit => {
      const size = bytesOfHit + 2 * (hit.userAgent.length + (hit.link?.target.length ?? 0));
      if (bytes + size > bytesMax) {
        deps.onLost('dropped', 1);
        return;
      }
      bytes += size;
      taken += 1;
      const free = () => {
        bytes -= size;
      };
      writer.write(hit).then(free, error => {
        free();
        deps.onLost('refused', 1);
        deps.onRefused(hit, error);
      });
    },
    waiting: writer.waiting,
    drained: () => {
      isDraining = true;
      stopResting();
      return writer.drained();
    },
    giveUp: () => {
      isOver = true;
    },
  };
}
