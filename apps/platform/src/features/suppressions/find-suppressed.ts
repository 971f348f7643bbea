// Tells which of many recipients are suppressed. Never from a cache: a suppression counts from the moment it is stored.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { findSuppressedPositions, type SuppressionKey } from './store.ts';

/** The positions, from 0, of the suppressed ones. */
export async function findSuppressed(db: Queryable, keys: readonly SuppressionKey[]): Promise<ReadonlySet<number>> {
  if (keys.length === 0) return new Set();
  return new Set(await findSuppressedPositions(db, keys));
}
