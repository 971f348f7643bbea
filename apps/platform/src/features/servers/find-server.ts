// Reads what sending needs of a server.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { SendingServer } from './server.ts';
import { findServer } from './store.ts';

/** Undefined when the server does not exist or was deleted. */
export async function findSendingServer(db: Queryable, serverId: number): Promise<SendingServer | undefined> {
  return findServer(db, serverId);
}
