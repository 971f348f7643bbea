// Tells which of many recipients are suppressed. Never from a cache: a suppression counts from the moment it is stored.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { findSuppressedPositions, type RecipientKey } from './store.ts';

export { isSuppressedCondition } from './store.ts';

/** The positions, from 0, of those that a list of their stream, server or account holds. */
export async function findSuppressed(db: Queryable, keys: readonly RecipientKey[]): Promise<ReadonlySet<number>> {
  if (keys.length === 0) return new Set();
  return new Set(await findSuppressedPositions(db, keys));
}
