// Works bulk requests off in the background, in every process that delivers. What is due is looked for each second, and
// at once when a request was accepted here.

import { StatementFailed } from '@pennyblack/runtime/database/database.ts';
import {
  type Repeated,
  type RunResult,
  repeatUntilStopped,
} from '@pennyblack/runtime/lifecycle/repeat-until-stopped.ts';
import { countDueBroadcasts } from '../../delivery/find-queued.ts';
import type { SendingServer } from '../../servers/server.ts';
import type { MessageStream } from '../../streams/stream.ts';
import { checkSender } from '../make-message.ts';
import type { OpenRequest } from './bulk-request.ts';
import { endCancelled } from './cancel-bulk.ts';
import { createDefinitionCache, type PreparedDefinition, prepareDefinition } from './prepare-definition.ts';
import { type ReleaseDeps, type ReleasedBatch, releaseBatch } from './release-batch.ts';
import { createReleaseTurns, firstEntriesMax, type Turn } from './release-turns.ts';
import { endRequest, failEntry, failWaitingEntries, listOpenRequests } from './store.ts';

export type ReleaseLoopDeps = ReleaseDeps & {
  serverOf(serverId: number): Promise<SendingServer | undefined>;
  findStreams(serverId: number): Promise<ReadonlyMap<string, MessageStream>>;
  onBatch(batch: { released: number; failed: number }): void;
};

const lookEveryMilliseconds = 1000;
const requestsOfServerMax = 20;
const definitionBytesKeptMax = 64 * 1024 * 1024;
const failedTogether = 5000;

/**
 * So many recipients of one server may wait for delivery to take them before its requests rest: a request of a million
 * stays where it can still be cancelled, and the queue stays short. Those that wait for a later try do not count.
 */
const dueMax = 10_000;

export function startReleaseLoop(deps: ReleaseLoopDeps): Repeated {
  const turns = createReleaseTurns();
  const definitions = createDefinitionCache(definitionBytesKeptMax);

  /** How many entries of a server may be released before its queue is looked at again. */
  const allowances = new Map<number, number>();

  async function hasRoom(serverId: number): Promise<boolean> {
    if ((allowances.get(serverId) ?? 0) > 0) return true;
    const due = await countDueBroadcasts(deps.pool, serverId, deps.now(), dueMax);
    allowances.set(serverId, dueMax - due);
    return due < dueMax;
  }

  /** True when the request may have more to do at once. */
  async function takeTurn({ request, state }: Turn): Promise<boolean> {
    const { serverId, bulkId } = request;
    if (request.isCancelled) {
      await endCancelled(deps.pool, request, deps.now());
      return false;
    }
    const server = await deps.serverOf(serverId);
    const stream = (await deps.findStreams(serverId)).get(request.streamId);
    if (!server || !stream || stream.isArchived) return failAll(deps, request);
    if (!(await hasRoom(serverId))) return false;
    const prepared = await definitions.get(request, () =>
      prepareDefinition(deps, deps.pool, server.accountId, request),
    );
    if (!prepared) return false;
    // Days may have passed since the request was accepted.
    if (!(await maySend(deps, server, prepared))) {
      deps.onError(new Error('The sender may not send any more: what is left of the request fails.'), request);
      return failAll(deps, request);
    }
    const { afterEntry, entriesMax } = state;
    const tried: { entryNumbers: readonly number[] } = { entryNumbers: [] };
    let batch: ReleasedBatch;
    try {
      batch = await releaseBatch(deps, { server, stream, request, prepared, afterEntry, entriesMax }, tried);
    } catch (error) {
      const [first, ...others] = tried.entryNumbers;
      if (!isAboutData(error) || first === undefined) throw error;
      // The database refuses something in it: the batch is halved until the bad entry stands alone, and fails.
      deps.onError(error, request);
      if (others.length === 0 && (await deps.pool.transaction(tx => failEntry(tx, request, first)))) {
        deps.onBatch({ released: 0, failed: 1 });
      }
      state.entriesMax = Math.max(1, tried.entryNumbers.length >> 1);
      return true;
    }
    if (batch.kind === 'closed') return false;
    state.entriesMax = Math.min(firstEntriesMax(request.definitionBytes), entriesMax * 2);
    if (batch.ended > 0) {
      deps.onBatch(batch);
      allowances.set(serverId, (allowances.get(serverId) ?? 0) - batch.ended);
    }
    if (!batch.isAtEnd) {
      state.afterEntry = batch.lastEntry;
      return true;
    }
    // What others had in hand and gave back lies further up, and is looked for from the beginning.
    state.afterEntry = -1;
    const isEnded = await deps.pool.transaction(tx => endRequest(tx, serverId, bulkId, deps.now()));
    return isEnded || batch.ended > 0;
  }

  async function run(stopping: AbortSignal): Promise<RunResult> {
    let hasMore = false;
    for (const turn of turns.begin(await listOpenRequests(deps.pool, deps.now(), requestsOfServerMax))) {
      if (stopping.aborted) break;
      try {
        hasMore = (await takeTurn(turn)) || hasMore;
      } catch (error) {
        deps.onError(error, turn.request);
      }
    }
    return hasMore ? 'again' : 'done';
  }

  return repeatUntilStopped(run, {
    delayInMilliseconds: lookEveryMilliseconds,
    errorDelayInMillisecondsMax: 5000,
    onError: error => deps.onError(error, undefined),
  });
}

async function maySend(deps: ReleaseLoopDeps, server: SendingServer, { from }: PreparedDefinition): Promise<boolean> {
  return from !== undefined && (await checkSender(deps, server, from)).kind === 'may_send';
}

/** PostgreSQL cannot store something of it (SQLSTATE classes 22 and 54). Everything else passes, and takes no entry with it. */
function isAboutData(error: unknown): boolean {
  return error instanceof StatementFailed && /^(22|54)/.test(error.code);
}

/** Its stream, its server or its sender is gone: nothing more of the request can be sent. */
async function failAll(deps: ReleaseLoopDeps, request: OpenRequest): Promise<boolean> {
  const { serverId, bulkId } = request;
  const failed = await deps.pool.transaction(tx => failWaitingEntries(tx, request, -1, failedTogether));
  if (failed > 0) {
    deps.onBatch({ released: 0, failed });
    return true;
  }
  await deps.pool.transaction(tx => endRequest(tx, serverId, bulkId, deps.now()));
  return false;
}
