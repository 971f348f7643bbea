// Whose turn it is: servers take turns, and the requests of a server take turns among themselves, a batch each, so that a
// request of a million entries holds up nobody's request of ten. Also what this process remembers of each request. No I/O.

import type { OpenRequest } from './bulk-request.ts';

/** Entries below `afterEntry` have ended, or are in the hands of others. */
export type Turn = { request: OpenRequest; state: RequestState };

export type RequestState = {
  afterEntry: number;
  /** Smaller after a batch that the database refused, so that one bad entry ends alone. */
  entriesMax: number;
};

export const entriesOfBatchMax = 300;
const bytesOfBatchMax = 4 * 1024 * 1024;

/** As many as there is room for in memory, by the size of what they have in common. */
export function firstEntriesMax(definitionBytes: number): number {
  return Math.max(1, Math.min(entriesOfBatchMax, Math.floor(bytesOfBatchMax / Math.max(1, definitionBytes))));
}

export type ReleaseTurns = {
  /** The requests that are open now; what is remembered of others is forgotten. One turn for each server. */
  begin(open: readonly OpenRequest[]): Turn[];
};

export function createReleaseTurns(): ReleaseTurns {
  let states = new Map<string, RequestState>();
  /** The request of each server that had its turn last. */
  let lastOf = new Map<number, string>();

  return {
    begin: open => {
      const byServer = Map.groupBy(open, request => request.serverId);
      const [known, last] = [states, lastOf];
      states = new Map(
        open.map(request => {
          const key = keyOf(request);
          return [key, known.get(key) ?? { afterEntry: -1, entriesMax: firstEntriesMax(request.definitionBytes) }];
        }),
      );
      lastOf = new Map();
      return [...byServer].flatMap(([serverId, requests]) => {
        const position = requests.findIndex(request => keyOf(request) === last.get(serverId));
        const request = requests[(position + 1) % requests.length];
        const state = request && states.get(keyOf(request));
        if (!request || !state) return [];
        lastOf.set(serverId, keyOf(request));
        return [{ request, state }];
      });
    },
  };
}

function keyOf({ serverId, bulkId }: OpenRequest): string {
  return `${serverId} ${bulkId}`;
}
