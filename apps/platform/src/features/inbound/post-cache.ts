// Keeps mail that was just read for its first post, which usually follows at once in the same process. What is not here any
// more is read out of the database again: nothing depends on it.

import type { HeaderField, InboundMail } from '@pennyblack/email/inbound/inbound-mail.ts';

export type ReadyMail = { source: Buffer; mail: InboundMail; fields: readonly HeaderField[] };

export type PostCache = {
  keep(sourceId: string, ready: ReadyMail): void;
  find(sourceId: string): ReadyMail | undefined;
};

/** A parsed mail takes about as much again as its source. */
const timesItsSource = 3;

/** The oldest go first. `bytesMax` 0 keeps nothing. */
export function createPostCache(bytesMax: number): PostCache {
  const kept = new Map<string, ReadyMail>();
  let bytes = 0;
  const sizeOf = ({ source }: ReadyMail) => source.length * timesItsSource;

  function drop(sourceId: string): void {
    const ready = kept.get(sourceId);
    if (!ready) return;
    bytes -= sizeOf(ready);
    kept.delete(sourceId);
  }

  return {
    keep: (sourceId, ready) => {
      drop(sourceId);
      if (sizeOf(ready) > bytesMax) return;
      kept.set(sourceId, ready);
      bytes += sizeOf(ready);
      for (const oldest of kept.keys()) {
        if (bytes <= bytesMax) return;
        drop(oldest);
      }
    },
    find: sourceId => kept.get(sourceId),
  };
}
