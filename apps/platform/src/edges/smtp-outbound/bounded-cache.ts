// A map whose entries end, and that forgets its oldest entry rather than grow.

import type { Clock } from '@pennyblack/runtime/clock.ts';

export type BoundedCache<T> = {
  get(key: string): { value: T; millisecondsLeft: number } | undefined;
  set(key: string, value: T, lifeInMilliseconds: number): void;
  delete(key: string): void;
};

export function createBoundedCache<T>(clock: Clock, entriesMax: number): BoundedCache<T> {
  const entries = new Map<string, { value: T; endsAt: number }>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      const millisecondsLeft = entry.endsAt - clock.now().getTime();
      if (millisecondsLeft > 0) return { value: entry.value, millisecondsLeft };
      entries.delete(key);
      return undefined;
    },
    set(key, value, lifeInMilliseconds) {
      // Deleted first, so that a renewed entry counts as young: a Map keeps the order of insertion.
      entries.delete(key);
      entries.set(key, { value, endsAt: clock.now().getTime() + lifeInMilliseconds });
      if (entries.size <= entriesMax) return;
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    },
    delete: key => {
      entries.delete(key);
    },
  };
}
