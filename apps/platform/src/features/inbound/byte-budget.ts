// Bounds what is in memory at a time. Whoever wants more than is free waits, in order; one that is larger than everything goes
// when nothing else is there. One owner never has more than half of it, so that a slow receiver of large mail leaves room for
// the others.

export type ByteBudget = {
  /** Runs `work` when there is room for so many bytes, and frees them when it ends. */
  within<T>(owner: number, bytes: number, work: () => Promise<T>): Promise<T>;
};

export function createByteBudget(bytesMax: number): ByteBudget {
  type Waiting = { owner: number; bytes: number; go(): void };
  let used = 0;
  const usedBy = new Map<number, number>();
  let waiting: Waiting[] = [];

  function hasRoom(owner: number, bytes: number): boolean {
    const own = usedBy.get(owner) ?? 0;
    if (used > 0 && used + bytes > bytesMax) return false;
    return own === 0 || own + bytes <= bytesMax / 2;
  }

  function take(owner: number, bytes: number): void {
    used += bytes;
    usedBy.set(owner, (usedBy.get(owner) ?? 0) + bytes);
  }

  function free(owner: number, bytes: number): void {
    used -= bytes;
    const left = (usedBy.get(owner) ?? 0) - bytes;
    if (left > 0) usedBy.set(owner, left);
    else usedBy.delete(owner);
    letGo();
  }

  function letGo(): void {
    const still: Waiting[] = [];
    let isFull = false;
    for (const next of waiting) {
      // Only those that wait for their own owner are overtaken.
      if (!isFull && hasRoom(next.owner, next.bytes)) {
        take(next.owner, next.bytes);
        next.go();
      } else {
        isFull ||= used > 0 && used + next.bytes > bytesMax;
        still.push(next);
      }
    }
    waiting = still;
  }

  return {
    within: async (owner, bytes, work) => {
      const mayGo = waiting.every(other => other.owner !== owner) && hasRoom(owner, bytes);
      if (mayGo) take(owner, bytes);
      else await new Promise<void>(go => waiting.push({ owner, bytes, go }));
      try {
        return await work();
      } finally {
        free(owner, bytes);
      }
    },
  };
}
