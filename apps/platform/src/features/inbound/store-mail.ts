// Puts mail on disk before its sender is told that it was taken. Mail that comes at the same time shares a transaction; all
// recipients of one mail are stored together or not at all.

import { createBatchWriter } from '@pennyblack/runtime/database/batch-writer.ts';
import type { Pool, Tx } from '@pennyblack/runtime/database/database.ts';
import { writeHalving } from '@pennyblack/runtime/database/write-halving.ts';
import type { InboundSource, NewInboundSource } from './inbound-message.ts';
import { insertSources, type SourceToStore } from './store.ts';
import type { WorkInHand } from './work-in-hand.ts';

export type MailToStore = {
  /** One for each server. */
  sources: readonly NewInboundSource[];
  source: Buffer;
  /** What belongs to the same mail and is another feature's: stored in the same transaction. */
  also?: ((tx: Tx, now: Date) => Promise<unknown>) | undefined;
};

export type MailStore = {
  /** Resolves when it is stored. Rejects with DatabaseUnavailable when nobody knows whether it was. */
  store(mail: MailToStore): Promise<void>;
  drained(): Promise<void>;
};

export type MailStoreDeps = {
  db: Pool;
  now(): Date;
  /** Undefined where no mail is read. */
  work: WorkInHand | undefined;
  processNumber(): number;
};

const mailsPerWriteMax = 64;
/** What is larger is written by itself, so that small mail does not wait for it, and no write is huge. */
const smallBytesMax = 1024 * 1024;

type Item = MailToStore & { toStore: readonly SourceToStore[]; failure?: unknown };

export function createMailStore(deps: MailStoreDeps): MailStore {
  async function write(items: readonly Item[]): Promise<void> {
    const now = deps.now();
    const stored = await deps.db.transaction(async tx => {
      const rows = await insertSources(
        tx,
        items.flatMap(item => item.toStore),
        now,
      );
      for (const item of items) await item.also?.(tx, now);
      return rows;
    });
    const bySource = new Map(stored.map(row => [row.sourceId, row]));
    for (const item of items) {
      for (const toStore of item.toStore) goOn(item, toStore, bySource.get(toStore.sourceId)?.messageIds);
    }
  }

  /** `messageIds` is undefined when all of it was known already. */
  function goOn({ source }: Item, toStore: SourceToStore, messageIds: readonly string[] | undefined): void {
    const { serverId, sourceId, sourceBytes, ownerProcess } = toStore;
    if (ownerProcess === null) return;
    if (messageIds === undefined) {
      deps.work?.cancel(sourceId);
      return;
    }
    deps.work?.take({
      claimed: { serverId, sourceId, sourceBytes, messageIds, ownerProcess, attempts: 1 },
      source: toInboundSource(toStore, source),
      isClaimed: false,
    });
  }

  const writerOf = (itemsMax: number, writesMax: number) =>
    createBatchWriter<Item>({
      itemsMax,
      writesMax,
      writeBatch: items =>
        writeHalving(items, write, async (item, error) => {
          item.failure = error;
        }),
      // Its sender is told to come again, and waits for nobody.
      onFailure: async () => 'rejected',
    });
  const small = writerOf(mailsPerWriteMax, 2);
  const large = writerOf(1, 1);

  return {
    store: async mail => {
      const toStore = mail.sources.map(source => ({
        ...source,
        ownerProcess: deps.work?.reserve(source.serverId, source.sourceId, source.sourceBytes)
          ? deps.processNumber()
          : null,
      }));
      const item: Item = { ...mail, toStore };
      const bytes = mail.sources.reduce((sum, source) => sum + source.packedSource.length, 0);
      try {
        await (bytes > smallBytesMax ? large : small).write(item);
        if (item.failure !== undefined) throw item.failure;
      } catch (error) {
        // Perhaps it was stored all the same: then it is found as this process's and not in its hand.
        for (const { sourceId } of toStore) deps.work?.cancel(sourceId);
        throw error;
      }
    },
    drained: async () => void (await Promise.all([small.drained(), large.drained()])),
  };
}

function toInboundSource(
  { mailFrom, clientAddress, helo, isEncrypted }: NewInboundSource,
  source: Buffer,
): InboundSource {
  return { mailFrom, clientAddress, helo, isEncrypted, source, fields: null };
}
