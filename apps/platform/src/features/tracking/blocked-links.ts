// The operator's list of what tracked links do not lead to any more, for cases of abuse.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { announceDirectoryChange } from '../accounts/announce-change.ts';
import { type BlockedLink, deleteBlockedLink, insertBlockedLink, listBlockedLinks } from './store.ts';

export type { BlockedLink, BlockedLinkKind } from './store.ts';

export async function readBlockedLinks(db: Queryable): Promise<BlockedLink[]> {
  return listBlockedLinks(db);
}

export async function blockLinks(tx: Tx, blocked: BlockedLink): Promise<void> {
  await insertBlockedLink(tx, blocked);
  await announceDirectoryChange(tx);
}

/** False when it was not on the list. */
export async function unblockLinks(tx: Tx, { kind, value }: Pick<BlockedLink, 'kind' | 'value'>): Promise<boolean> {
  const wasBlocked = await deleteBlockedLink(tx, kind, value);
  await announceDirectoryChange(tx);
  return wasBlocked;
}
