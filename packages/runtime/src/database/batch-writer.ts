// Writes things in batches: what arrives while a write is under way goes into the next one. A lone item is written at
// once; only a stream of them waits, where a pause was asked for. Used for results, dot marks and calls of webhooks.

export type BatchWriter<T> = {
  /** Resolves when the item is written. Rejects only when the writer was told not to try again. */
  write(item: T): Promise<void>;
  /** Items that are not written yet. */
  waiting(): number;
  /** Resolves when nothing waits and nothing is under way. */
  drained(): Promise<void>;
};

export type BatchWriterOptions<T> = {
  itemsMax: number;
  /** Writes at the same time. */
  writesMax: number;
  /** From the start of one write to the start of the next one, so that fast writes do not become many small ones. Default 0. */
  pauseInMilliseconds?: number;
  writeBatch(items: readonly T[]): Promise<void>;
  /**
   * What to do about a batch that failed: write it again after a while (the database is away), or give these items up.
   */
  onFailure(error: unknown, items: readonly T[]): Promise<'again' | 'rejected'>;
};

type Waiting<T> = { item: T; resolve(): void; reject(error: unknown): void };

export function createBatchWriter<T>(options: BatchWriterOptions<T>): BatchWriter<T> {
  let waiting: Waiting<T>[] = [];
  let underWay = 0;
  let itemsUnderWay = 0;
  let isScheduled = false;
  let isPausing = false;
  let drainWaiters: (() => void)[] = [];

  async function writeUntilDone(batch: readonly Waiting<T>[]): Promise<void> {
    const items = batch.map(entry => entry.item);
    for (;;) {
      try {
        await options.writeBatch(items);
        for (const entry of batch) entry.resolve();
        return;
      } catch (error) {
        const decision = await options.onFailure(error, items);
        if (decision === 'again') continue;
        for (const entry of batch) entry.reject(error);
        return;
      }
    }
  }

  function pause(): void {
    if (!options.pauseInMilliseconds) return;
    isPausing = true;
    setTimeout(() => {
      isPausing = false;
      startWrites();
    }, options.pauseInMilliseconds);
  }

  function startWrites(): void {
    isScheduled = false;
    while (underWay < options.writesMax && waiting.length > 0 && !isPausing) {
      const batch = waiting.slice(0, options.itemsMax);
      waiting = waiting.slice(batch.length);
      underWay += 1;
      itemsUnderWay += batch.length;
      pause();
      void writeUntilDone(batch).then(() => {
        underWay -= 1;
        itemsUnderWay -= batch.length;
        startWrites();
      });
    }
    if (underWay === 0 && waiting.length === 0) {
      const waiters = drainWaiters;
      drainWaiters = [];
      for (const wake of waiters) wake();
    }
  }

  return {
    write: item =>
      new Promise<void>((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        // One turn of the event loop gathers what the same turn brings.
        if (!isScheduled && !isPausing && underWay < options.writesMax) {
          isScheduled = true;
          setImmediate(startWrites);
        }
      }),
    waiting: () => waiting.length + itemsUnderWay,
    drained: () =>
      underWay === 0 && waiting.length === 0 ? Promise.resolve() : new Promise(resolve => drainWaiters.push(resolve)),
  };
}
