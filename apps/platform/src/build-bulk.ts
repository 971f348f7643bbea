// Connects bulk requests: those who ask, and the loop that works them off where this process delivers.

import type { Database } from '@pennyblack/runtime/database/database.ts';
import type { Repeated } from '@pennyblack/runtime/lifecycle/repeat-until-stopped.ts';
import type { Log } from '@pennyblack/runtime/log/log.ts';
import type { AcceptDeps } from './features/sending/accept-message.ts';
import { createAcceptBulk } from './features/sending/bulk/accept-bulk.ts';
import { type AcceptBulkForCaller, createAcceptBulkForCaller } from './features/sending/bulk/accept-for-caller.ts';
import { type CancelBulk, cancelBulk } from './features/sending/bulk/cancel-bulk.ts';
import { startReleaseLoop } from './features/sending/bulk/release-loop.ts';
import type { SendingServer } from './features/servers/server.ts';
import { readSendableSource } from './features/templates/sendable-template.ts';

export type Bulk = {
  accept: AcceptBulkForCaller;
  cancel: CancelBulk;
  startReleasing(): void;
  /** Resolves when the batch under way is stored. */
  stopReleasing(): Promise<void>;
};

export type BulkDeps = {
  db: Database;
  log: Log;
  accept: AcceptDeps;
  serverOf(serverId: number): Promise<SendingServer | undefined>;
  onBatch(batch: { released: number; failed: number }): void;
};

export function buildBulk({ db, log, accept, serverOf, onBatch }: BulkDeps): Bulk {
  let loop: Repeated | undefined;
  const { now } = accept.clock;
  const acceptBulk = createAcceptBulk({
    ...accept,
    db: db.reads,
    now,
    findTemplate: (serverId, key) => readSendableSource(db.reads, serverId, key),
    wake: () => loop?.wake(),
  });
  return {
    accept: createAcceptBulkForCaller(acceptBulk, serverOf),
    cancel: (serverId, bulkId, at) => cancelBulk(db.reads, serverId, bulkId, at),
    startReleasing: () => {
      loop = startReleaseLoop({
        ...accept,
        pool: db.reads,
        now,
        serverOf,
        onBatch,
        onError: (error, request) => log.error({ error, bulkId: request?.bulkId }, 'a bulk request could not go on'),
      });
    },
    stopReleasing: async () => loop?.stop(),
  };
}
