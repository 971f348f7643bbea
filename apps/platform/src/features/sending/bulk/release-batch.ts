// Makes messages of a batch of entries and hands them to sending. An entry ends in the transaction that stores its
// message: after a crash it either has a message or is still waiting, so each is sent once, whoever takes it.

import type { Pool, Tx } from '@pennyblack/runtime/database/database.ts';
import type { NewMessage } from '../../messages/message.ts';
import type { SendingServer } from '../../servers/server.ts';
import type { MessageStream } from '../../streams/stream.ts';
import { type MakeMessageDeps, makeMessage, withReplyTo } from '../make-message.ts';
import type { GroupItem, StoreGroupDeps } from '../store-group.ts';
import { type StoreItems, storeWithin } from '../store-within.ts';
import { bounceUnwritten } from './bounce-unwritten.ts';
import type { ClaimedEntry, EndedEntry, OpenRequest } from './bulk-request.ts';
import { unpackEntry } from './pack-bulk.ts';
import type { PreparedDefinition } from './prepare-definition.ts';
import { claimEntries, endEntries, holdOpen } from './store.ts';
import { writeEntry } from './write-entry.ts';

export type ReleaseDeps = StoreGroupDeps &
  MakeMessageDeps & {
    /** For the transactions: not the pool of those who wait for an answer. */
    pool: Pool;
    now(): Date;
    /** One request fails, or one entry of it; the others go on. What has not ended is tried again. */
    onError(error: unknown, request: OpenRequest | undefined): void;
  };

export type BatchToRelease = {
  server: SendingServer;
  stream: MessageStream;
  request: OpenRequest;
  prepared: PreparedDefinition;
  /** Entries up to this one are not looked at. */
  afterEntry: number;
  entriesMax: number;
};

export type ReleasedBatch =
  /** Somebody has cancelled it, or it has ended. */
  | { kind: 'closed' }
  | { kind: 'released'; ended: number; lastEntry: number; isAtEnd: boolean; released: number; failed: number };

/** Together the messages of a batch take about this much, so that a large body makes small batches. */
const bytesOfBatchMax = 8 * 1024 * 1024;
/** Writing 300 messages takes 30 ms; others have their turn in between. */
const writtenAtOnce = 25;

/** `tried` is told which entries the transaction is about, also when it fails. */
export async function releaseBatch(
  deps: ReleaseDeps,
  batch: BatchToRelease,
  tried: { entryNumbers: readonly number[] },
): Promise<ReleasedBatch> {
  const { serverId, bulkId } = batch.request;
  const now = deps.now();
  return storeWithin(deps, deps.pool, now, async (tx, store) => {
    if (!(await holdOpen(tx, serverId, bulkId))) return { kind: 'closed' };
    const claimed = await claimEntries(tx, batch.request, batch.afterEntry, batch.entriesMax);
    const written = await writeEntries(deps, batch, claimed);
    tried.entryNumbers = written.map(entry => entry.entryNumber);
    const ended = await endAll(deps, tx, store, written, now);
    if (ended.length > 0) await endEntries(tx, batch.request, ended);
    const released = ended.filter(entry => entry.outcome === 'released').length;
    return {
      kind: 'released',
      ended: ended.length,
      isAtEnd: claimed.length < batch.entriesMax && written.length === claimed.length,
      lastEntry: ended.at(-1)?.entryNumber ?? batch.afterEntry,
      released,
      failed: ended.length - released,
    };
  });
}

/** `reason`: why it could not be written as it should be. Without a message not even that could be told. */
type EntryMessage = { entryNumber: number } & (
  | { message: NewMessage; reason: string | undefined }
  | { message: undefined }
);

/** An error of ours in one entry must not hold up its request: it ends as failed, and the log says why. */
function makeEntryMessage(
  deps: ReleaseDeps,
  { server, stream, request, prepared }: BatchToRelease,
  { entryNumber, content }: ClaimedEntry,
): EntryMessage {
  try {
    const { checked, reason } = writeEntry(prepared, unpackEntry(content), deps.settings);
    const message = makeMessage(deps, server, stream, withReplyTo(checked, prepared.replyTo));
    return { entryNumber, message, reason };
  } catch (error) {
    deps.onError(error, request);
    return { entryNumber, message: undefined };
  }
}

/** As many as fit; the others stay as they are, and are free with the end of the transaction. */
async function writeEntries(
  deps: ReleaseDeps,
  batch: BatchToRelease,
  claimed: readonly ClaimedEntry[],
): Promise<EntryMessage[]> {
  const written: EntryMessage[] = [];
  let bytes = 0;
  for (const entry of claimed) {
    if (bytes > bytesOfBatchMax) break;
    const made = makeEntryMessage(deps, batch, entry);
    written.push(made);
    bytes += made.message?.packedContent.length ?? 0;
    if (written.length % writtenAtOnce === 0) await new Promise(resolve => setImmediate(resolve));
  }
  return written;
}

async function endAll(
  deps: ReleaseDeps,
  tx: Tx,
  store: StoreItems,
  written: readonly EntryMessage[],
  now: Date,
): Promise<EndedEntry[]> {
  const made = written.filter(entry => entry.message !== undefined);
  const good = made.filter(entry => entry.reason === undefined);
  const bad = made.flatMap(({ reason, ...entry }) => (reason === undefined ? [] : [{ ...entry, reason }]));
  const unmade = written.filter(entry => entry.message === undefined);
  const outcomes = await store(good.map((entry): GroupItem => ({ message: entry.message, streamType: 'Broadcasts' })));
  if (bad.length > 0) await bounceUnwritten(tx, deps.recordEvents, bad, now);
  const ended = [
    ...good.map(({ entryNumber, message }, position): EndedEntry => {
      const isStored = outcomes[position] === 'stored';
      return { entryNumber, outcome: isStored ? 'released' : 'failed', messageId: isStored ? message.messageId : null };
    }),
    ...bad.map(
      ({ entryNumber, message }): EndedEntry => ({ entryNumber, outcome: 'failed', messageId: message.messageId }),
    ),
    ...unmade.map(({ entryNumber }): EndedEntry => ({ entryNumber, outcome: 'failed', messageId: null })),
  ];
  return ended.sort((one, other) => one.entryNumber - other.entryNumber);
}
