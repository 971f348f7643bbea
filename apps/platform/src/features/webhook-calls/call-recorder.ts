// Records results of calls in batches. What cannot be written because the database is away stays in memory and is written
// again; what PostgreSQL refuses is found by halving and never fails its neighbours.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import { createBatchWriter } from '@pennyblack/runtime/database/batch-writer.ts';
import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { writeHalving } from '@pennyblack/runtime/database/write-halving.ts';
import type { RecordEvents } from '../events/record-events.ts';
import type { CallResult } from './call-result.ts';
import { recordCalls } from './record-calls.ts';

const resultsPerBatchMax = 300;
/** So that quick receivers do not make a transaction of each answer. */
const pauseInMilliseconds = 5;
const waitWhileAwayInMilliseconds = 500;

export type CallRecorder = {
  /** Resolves when the result is stored, or cannot be stored at all. Never rejects. */
  record(result: CallResult): Promise<void>;
  drained(): Promise<void>;
  waiting(): number;
};

/** The same without anything that came from outside. */
function stateOnly(result: CallResult): CallResult {
  const { attempt } = result;
  if (attempt === null) return result;
  const { at, milliseconds, status } = attempt;
  return { ...result, attempt: { at, milliseconds, status } };
}

export function createCallRecorder(deps: {
  db: Pool;
  recordEvents: RecordEvents;
  clock: Clock;
  onError(error: unknown): void;
}): CallRecorder {
  async function writeOnce(results: readonly CallResult[]): Promise<void> {
    await deps.db.transaction(tx => recordCalls(tx, deps.recordEvents, results, deps.clock.now()));
  }

  /** One that is refused even so stays open, and is called again by whoever looks next. */
  async function writeStateOnly(result: CallResult, refusal: unknown): Promise<void> {
    deps.onError(refusal);
    await writeHalving([stateOnly(result)], writeOnce, async (_result, error) => deps.onError(error));
  }

  const createWriter = () =>
    createBatchWriter<CallResult>({
      itemsMax: resultsPerBatchMax,
      writesMax: 1,
      pauseInMilliseconds,
      writeBatch: results => writeHalving(results, writeOnce, writeStateOnly),
      onFailure: async error => {
        deps.onError(error);
        await new Promise(resolve => setTimeout(resolve, waitWhileAwayInMilliseconds));
        return 'again';
      },
    });
  // What is recorded of one webhook comes in the order in which it happened, so that the last word on its health is the
  // last one written; two writers never meet at a webhook.
  const [even, odd] = [createWriter(), createWriter()];

  return {
    record: result => (result.call.webhookId % 2 === 0 ? even : odd).write(result),
    drained: async () => void (await Promise.all([even.drained(), odd.drained()])),
    waiting: () => even.waiting() + odd.waiting(),
  };
}
