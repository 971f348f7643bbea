// Lets concurrent requests share transactions: what waits goes together as soon as a transaction may start. There is
// no timer; a single request waits for nothing, and under load the groups grow by themselves.

export type GroupCommit<T, R> = {
  /** Resolves with the item's own result when its group has committed; rejects when the group as a whole failed. */
  submit(item: T): Promise<R>;
  waiting(): number;
};

export type GroupCommitOptions<T, R> = {
  /** Transactions in flight at the same time. */
  slots: number;
  rowsMax: number;
  bytesMax: number;
  rowsOf(item: T): number;
  bytesOf(item: T): number;
  /** One result for each item, in their order. */
  commit(items: readonly T[]): Promise<readonly R[]>;
};

type Waiting<T, R> = { item: T; resolve(result: R): void; reject(error: unknown): void };

export function createGroupCommit<T, R>(options: GroupCommitOptions<T, R>): GroupCommit<T, R> {
  let waiting: Waiting<T, R>[] = [];
  let inFlight = 0;
  let isScheduled = false;

  function takeGroup(): Waiting<T, R>[] {
    let rows = 0;
    let bytes = 0;
    let length = 0;
    for (const { item } of waiting) {
      rows += options.rowsOf(item);
      bytes += options.bytesOf(item);
      if (length > 0 && (rows > options.rowsMax || bytes > options.bytesMax)) break;
      length += 1;
    }
    const group = waiting.slice(0, length);
    waiting = waiting.slice(length);
    return group;
  }

  async function commitGroup(group: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await options.commit(group.map(entry => entry.item));
      group.forEach((entry, position) => {
        entry.resolve(results[position] as R);
      });
    } catch (error) {
      for (const entry of group) entry.reject(error);
    }
  }

  function startGroups(): void {
    isScheduled = false;
    while (inFlight < options.slots && waiting.length > 0) {
      inFlight += 1;
      void commitGroup(takeGroup()).then(() => {
        inFlight -= 1;
        startGroups();
      });
    }
  }

  return {
    submit: item =>
      new Promise<R>((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        // One turn of the event loop gathers what the same turn brings, a batch's messages above all.
        if (!isScheduled && inFlight < options.slots) {
          isScheduled = true;
          setImmediate(startGroups);
        }
      }),
    waiting: () => waiting.length,
  };
}
