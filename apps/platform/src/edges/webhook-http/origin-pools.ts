// Connections that are kept open for the next call, by origin. As many calls at once as the caller makes: it is the
// caller who limits them.

import { type buildConnector, Pool } from 'undici';

export type OriginPools = {
  /** `end` must be called once when the call is over. */
  use(origin: string): { pool: Pool; end(): void };
  close(): Promise<void>;
};

type Entry = { pool: Pool; calls: number };

/** Shorter than what most servers wait (5 s and more); a server that says so in a Keep-Alive header is believed. */
const idleInMilliseconds = 4_000;
const idleInMillisecondsMax = 30_000;
/** A connection is closed that long before the server would close it, so that the two do not cross. */
const idleMarginInMilliseconds = 1_000;
const headerBytesMax = 16 * 1024;

export function createOriginPools(connect: buildConnector.connector, originsMax: number): OriginPools {
  const entries = new Map<string, Entry>();
  let newest: string | undefined;

  function forget(origin: string, entry: Entry): void {
    if (entries.get(origin) === entry) entries.delete(origin);
    void entry.pool.close().catch(() => {});
  }

  function open(origin: string): Entry {
    const pool = new Pool(origin, {
      connect,
      pipelining: 1,
      connections: null,
      // Time is kept by the caller, on the wall clock.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: headerBytesMax,
      keepAliveTimeout: idleInMilliseconds,
      keepAliveMaxTimeout: idleInMillisecondsMax,
      keepAliveTimeoutThreshold: idleMarginInMilliseconds,
    });
    const entry = { pool, calls: 0 };
    // A pool without a connection is nothing worth keeping.
    pool.on('disconnect', () => {
      if (entry.calls === 0 && pool.stats.connected === 0) forget(origin, entry);
    });
    return entry;
  }

  function makeRoom(): void {
    if (entries.size <= originsMax) return;
    // The oldest come first; one that is in use stays.
    for (const [origin, entry] of entries) {
      if (entry.calls > 0) continue;
      forget(origin, entry);
      return;
    }
  }

  return {
    use(origin) {
      const entry = entries.get(origin) ?? open(origin);
      entry.calls += 1;
      if (origin !== newest || !entries.has(origin)) {
        // Put last, so that the map's order is the order of use.
        entries.delete(origin);
        entries.set(origin, entry);
        newest = origin;
        makeRoom();
      }
      return {
        pool: entry.pool,
        end() {
          entry.calls -= 1;
          if (entry.calls === 0 && entry.pool.stats.connected === 0) forget(origin, entry);
        },
      };
    },
    async close() {
      const open = [...entries.values()];
      entries.clear();
      await Promise.all(open.map(entry => entry.pool.destroy().catch(() => {})));
    },
  };
}
