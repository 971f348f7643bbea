// Suppresses addresses; one that is suppressed already keeps its first reason, unless its recipient complained now.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { insertSuppressions } from './store.ts';
import type { Suppression } from './suppression.ts';

/** Answers those that are new or changed, so that an event is recorded for each change and for nothing else. */
export async function suppressAddresses(
  tx: Tx,
  suppressions: readonly Suppression[],
  now: Date,
): Promise<Suppression[]> {
  if (suppressions.length === 0) return [];
  const isSame = (a: Suppression, b: { serverId: number; streamId: string; addressKey: string }) =>
    a.serverId === b.serverId && a.streamId === b.streamId && a.addressKey === b.addressKey;
  // Two bounces of one address in one batch are one suppression, and a complaint counts before the others.
  const isComplaint = (suppression: Suppression) => suppression.reason === 'SpamComplaint';
  const complaintsFirst = [...suppressions.filter(isComplaint), ...suppressions.filter(each => !isComplaint(each))];
  const distinct = complaintsFirst.filter(
    (one, position) => complaintsFirst.findIndex(other => isSame(one, other)) === position,
  );
  const created = await insertSuppressions(tx, distinct, now);
  return distinct.filter(suppression => created.some(row => isSame(suppression, row)));
}
