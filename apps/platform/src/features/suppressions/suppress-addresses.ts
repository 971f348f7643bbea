// Suppresses addresses; one that is suppressed already keeps its first reason, unless its recipient complained now.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { insertSuppressions, type SuppressionKey } from './store.ts';
import type { Suppression } from './suppression.ts';

/** Answers those that are new or changed, so that an event is recorded for each change and for nothing else. */
export async function suppressAddresses(
  tx: Tx,
  suppressions: readonly Suppression[],
  now: Date,
): Promise<Suppression[]> {
  if (suppressions.length === 0) return [];
  const keyOf = (row: SuppressionKey) => `${row.serverId}/${row.streamId}/${row.addressKey}`;
  // Two bounces of one address in one batch are one suppression, the first; but a complaint counts before the others.
  const distinct = new Map<string, Suppression>();
  for (const suppression of suppressions) {
    const present = distinct.get(keyOf(suppression));
    if (!present || (suppression.reason === 'SpamComplaint' && present.reason !== 'SpamComplaint'))
      distinct.set(keyOf(suppression), suppression);
  }
  const created = new Set((await insertSuppressions(tx, [...distinct.values()], now)).map(keyOf));
  return [...distinct.values()].filter(suppression => created.has(keyOf(suppression)));
}
