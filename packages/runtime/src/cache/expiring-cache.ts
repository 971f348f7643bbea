// A small cache for what repeats on hot paths. An entry ends after a fixed time in any case; one look-up is shared by
// all who ask for the same key meanwhile.

import type { Clock } from '../clock.ts';

export type ExpiringCache<V> = {
  /** The kept value, or the loader's. Failures are not kept, and neither is `undefined`. */
  get(key: string): Promise<V | undefined>;
  clear(): void;
  /** Forgets the keys that begin so; looks at all of them. */
  forget(keyPrefix: string): void;
};

export type ExpiringCacheOptions<V> = {
  clock: Clock;
  keptForMilliseconds: number;
  entriesMax: number;
  /** For values that differ much in size: together they weigh no more than `max`. One still being loaded weighs nothing. */
  weight?: { max: number; of(value: V): number };
  load(key: string): Promise<V | undefined>;
};

export function createExpiringCache<V>(options: ExpiringCacheOptions<V>): ExpiringCache<V> {
  type Entry = { value: Promise<V | undefined>; endsAt: number; weight: number };
  // The oldest entry goes first; a Map keeps the order of insertion.
  const entries = new Map<string, Entry>();
  let totalWeight = 0;

  function remove(key: string, entry: Entry | undefined): void {
    if (entry === undefined || entries.get(key) !== entry) return;
    entries.delete(key);
    totalWeight -= entry.weight;
  }

  function weigh(key: string, entry: Entry, value: V): void {
    if (options.weight === undefined || entries.get(key) !== entry) return;
    const weight = options.weight.of(value);
    // It would drive out all others and go itself.
    if (weight > options.weight.max) {
      remove(key, entry);
      return;
    }
    entry.weight = weight;
    totalWeight += weight;
    for (const [oldKey, old] of entries) {
      if (totalWeight <= options.weight.max) return;
      if (old.weight > 0) remove(oldKey, old);
    }
  }

  function load(key: string, now: number): Promise<V | undefined> {
    const entry: Entry = { value: options.load(key), endsAt: now + options.keptForMilliseconds, weight: 0 };
    entry.value.then(
      value => {
        if (value === undefined) remove(key, entry);
        else weigh(key, entry, value);
      },
      () => remove(key, entry),
    );
    const [oldest] = entries;
    if (entries.size >= options.entriesMax && oldest !== undefined) remove(...oldest);
    entries.set(key, entry);
    return entry.value;
  }

  return {
    get: key => {
      const now = options.clock.now().getTime();
      const entry = entries.get(key);
      if (entry && entry.endsAt > now) return entry.value;
      remove(key, entry);
      return load(key, now);
    },
    clear: () => {
      entries.clear();
      totalWeight = 0;
    },
    forget: keyPrefix => {
      for (const [key, entry] of entries) if (key.startsWith(keyPrefix)) remove(key, entry);
    },
  };
}
