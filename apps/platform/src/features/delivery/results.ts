// Records results in batches. What cannot be written because the database is away stays in memory, and nothing new is
// sent meanwhile; a result that PostgreSQL refuses is found by halving and never fails its neighbours.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import { createBatchWriter } from '@pennyblack/runtime/database/batch-writer.ts';
import { DatabaseUnavailable, type Pool } from '@pennyblack/runtime/database/database.ts';
import { willPass, writeHalving } from '@pennyblack/runtime/database/write-halving.ts';
import type { RecordEvents } from '../events/record-events.ts';
import type { Outcome } from './outcome.ts';
import { type Result, recordResults } from './record-results.ts';

const resultsPerBatchMax = 300;
const writesMax = 2;
const waitWhileAwayInMilliseconds = 500;

export type ResultRecorder = {
  /** Resolves when the result is stored. Never rejects. */
  record(result: Result): Promise<void>;
  /** Resolves at once when results can be written, later when the database is back. */
  whenHealthy(): Promise<void>;
  drained(): Promise<void>;
  waiting(): number;
};

/** The same outcome without anything that came from outside. */
function stateOnly(outcome: Outcome): Outcome {
  const by = { host: '', ip: '' };
  switch (outcome.kind) {
    case 'delivered':
    case 'complained':
      return { ...outcome, reply: '', by };
    case 'deferred':
      return { ...outcome, reply: '', by };
    case 'bounced':
      return { ...outcome, reply: '', by };
    default:
      return outcome;
  }
}

export function createResultRecorder(deps: {
  db: Pool;
  recordEvents: RecordEvents;
  clock: Clock;
  onUnstorable(result: Result, error: unknown): void;
  onDatabaseAway(error: unknown): void;
  /** Between the starts of two batches; see batch-writer.ts. */
  pauseInMilliseconds?: number;
}): ResultRecorder {
  let isAway = false;
  let healthWaiters: (() => void)[] = [];

  function setHealthy(): void {
    isAway = false;
    const waiters = healthWaiters;
    healthWaiters = [];
    for (const wake of waiters) wake();
  }

  async function writeOnce(results: readonly Result[]): Promise<void> {
    await deps.db.transaction(tx => recordResults(tx, deps.recordEvents, results, deps.clock.now()));
  }

  /**
   * One that cannot be stored even so must not stop all the others: its row stays with this process until the lease
   * ends, and its dot mark then says that nobody knows what became of it.
   */
  async function writeStateOnly(result: Result, refusal: unknown): Promise<void> {
    deps.onUnstorable(result, refusal);
    try {
      await writeOnce([{ item: result.item, outcome: stateOnly(result.outcome) }]);
    } catch (error) {
      if (willPass(error)) throw error;
      deps.onUnstorable(result, error);
    }
  }

  const writer = createBatchWriter<Result>({
    itemsMax: resultsPerBatchMax,
    writesMax,
    pauseInMilliseconds: deps.pauseInMilliseconds ?? 0,
    writeBatch: async results => {
      await writeHalving(results, writeOnce, writeStateOnly);
      if (isAway) setHealthy();
    },
    onFailure: async error => {
      if (error instanceof DatabaseUnavailable) {
        if (!isAway) deps.onDatabaseAway(error);
        isAway = true;
      }
      await new Promise(resolve => setTimeout(resolve, waitWhileAwayInMilliseconds));
      return 'again';
    },
  });

  return {
    record: writer.write,
    whenHealthy: () => (isAway ? new Promise(resolve => healthWaiters.push(resolve)) : Promise.resolve()),
    drained: writer.drained,
    waiting: writer.waiting,
  };
}
