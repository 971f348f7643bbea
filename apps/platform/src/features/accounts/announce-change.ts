// Tells all processes that the directory (accounts, servers, tokens, streams, domains, senders) has changed, so that
// they drop what they keep of it. Part of the changing transaction: PostgreSQL sends it with the commit.

import type { Tx } from '@pennyblack/runtime/database/database.ts';

export const directoryChannel = 'pennyblack_directory';

export async function announceDirectoryChange(tx: Tx): Promise<void> {
  await tx.query`select pg_notify(${directoryChannel}, '')`;
}
