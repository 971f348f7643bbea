// How many calls one process has under way at a time, over all webhooks. Who has to wait for a slot gets the next one in
// turn, so that a webhook with many calls does not keep the others out.

export type Slots = {
  /** False when none is free: then `onFree` is called once, when its turn has come. */
  take(onFree: () => void): boolean;
  release(): void;
  inUse(): number;
};

export function createSlots(slotsMax: number): Slots {
  let inUse = 0;
  const waiting = new Set<() => void>();

  return {
    take: onFree => {
      if (inUse < slotsMax) {
        inUse += 1;
        return true;
      }
      waiting.add(onFree);
      return false;
    },
    release: () => {
      inUse -= 1;
      // One whose turn has come may have nothing to do any more.
      for (const next of waiting) {
        if (inUse >= slotsMax) return;
        waiting.delete(next);
        next();
      }
    },
    inUse: () => inUse,
  };
}
