// Finds the server behind a server API token.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { hashToken } from '@pennyblack/runtime/secrets/hash-token.ts';
import type { SendingServer } from './server.ts';
import { findServerByTokenHash } from './store.ts';

/** Token values are matched in any case, as Postmark documents. */
export async function authenticateServer(
  db: Queryable,
  token: string,
): Promise<(SendingServer & { tokenId: number }) | undefined> {
  return findServerByTokenHash(db, hashToken(token.trim().toLowerCase()));
}
