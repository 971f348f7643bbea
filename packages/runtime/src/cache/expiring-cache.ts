// A small cache for what repeats on hot paths. An entry ends after a fixed time in any case; one look-up is shared by
// all who ask for the same key meanwhile.

import type { Clock } from '../clock.ts';

export type ExpiringCache<V> = {
  /** The kept value, or the loader's. Failures are not kept, and neither is `undefined`. */
  get(key: string): Promise<V | undefined>;
  clear(): void;
};

export type ExpiringCacheOptions<V> = {
  clock: Clock;
  keptForMilliseconds: number;
  entriesMax: number;
  load(key: string): Promise<V | undefined>;
};

export function createExpiringCache<V>(options: ExpiringCacheOptions<V>): ExpiringCache<V> {
  type Entry = { value: Promise<V | undefined>; endsAt: number };
  const entries = new Map<string, Entry>();

  function load(key: string, now: number): Promise<V | undefined> {
    const entry: Entry = { value: options.load(key), endsAt: now + options.keptForMilliseconds };
    const forget = () => {
      if (entries.get(key) === entry) entries.delete(key);
    };
    entry.value.then(value => {
      if (value === undefined) forget();
    }, forget);
    // The oldest entry goes; a Map keeps the order of insertion.
    const [oldest] = entries.keys();
    if (entries.size >= options.entriesMax && oldest !== undefined) entries.delete(oldest);
    entries.set(key, entry);
    return entry.value;
  }

  return {
    get: key => {
      const now = options.clock.now().getTime();
      const entry = entries.get(key);
      if (entry && entry.endsAt > now) return entry.value;
      entries.delete(key);
      return load(key, now);
    },
    clear: () => entries.clear(),
  };
}
