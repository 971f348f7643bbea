// What data removals need from outside.

import type { Tx } from '@pennyblack/runtime/database/database.ts';

/**
 * Queues the mail that tells who asked that a removal is done, in the given transaction. Whoever sends it reads the rest
 * by `readRemovalNotice`, so that no address lies in a second place.
 */
export type QueueRemovalNotice = (tx: Tx, dataRemovalId: number, now: Date) => Promise<void>;
