// Gives a new server the three streams every server begins with.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { insertDefaultStreams } from './store.ts';

export async function createDefaultStreams(tx: Tx, serverId: number, now: Date): Promise<void> {
  await insertDefaultStreams(tx, serverId, now);
}
