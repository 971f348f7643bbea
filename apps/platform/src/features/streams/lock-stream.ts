// Holds a stream as it is while something is hung onto it: it cannot be archived meanwhile, and what is limited per
// stream is counted by one transaction at a time.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { lockStreamRow } from './store.ts';
import type { MessageStream } from './stream.ts';

/** Undefined when the server has no such stream. */
export async function lockStream(tx: Tx, serverId: number, streamId: string): Promise<MessageStream | undefined> {
  return lockStreamRow(tx, serverId, streamId);
}
