// Records results of calls in batches. What cannot be written because the database is away stays in memory and is written
// again; what PostgreSQL refuses is found by halving and never fails its neighbours.

import { setTimeout as wait } from 'node:timers/promises';
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
const waitAfterRefusalInMilliseconds = 60_000;

export type CallRecorder = {
  /**
   * Resolves when the result is stored; when it cannot be stored at all, a minute later: its call is open and due as
   * before, and must not be made again and again without a pause. Never rejects.
   */
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

  const refused = new WeakSet<CallResult>();

  async function writeStateOnly(result: CallResult, refusal: unknown): Promise<void> {
    deps.onError(refusal);
    await writeHalving([stateOnly(result)], writeOnce, async (_result, error) => {
      refused.add(result);
      deps.onError(error);
    });
  }

  const createWriter = () =>
    createBatchWriter<CallResult>({
      itemsMax: resultsPerBatchMax,
      writesMax: 1,
      pauseInMilliseconds,
      writeBatch: results => writeHalving(results, writeOnce, writeStateOnly),
      onFailure: async error => {
        deps.onError(error);
        await wait(waitWhileAwayInMilliseconds);
        return 'again';
      },
    });
  // What is recorded of one webhook comes in the order in which it happened, so that the last word on its health is the
  // last one written; two writers never meet at a webhook.
  const [even, odd] = [createWriter(), createWriter()];

  return {
    record: async result => {
      await (result.call.webhookId % 2 === 0 ? even : odd).write(result);
      if (refused.has(result)) await wait(waitAfterRefusalInMilliseconds, undefined, { ref: false });
    },
    drained: async () => void (await Promise.all([even.drained(), odd.drained()])),
    waiting: () => even.waiting() + odd.waiting(),
  };
}
