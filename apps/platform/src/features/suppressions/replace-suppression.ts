// Suppresses one address for a reason that counts more than some others.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { deleteSuppressions, lockSuppressions } from './store.ts';
import { suppressAddresses } from './suppress-addresses.ts';
import type { StoredSuppression, Suppression } from './suppression.ts';
import type { SuppressionList } from './suppression-list.ts';

/** Undefined when the list does not hold it; else it is locked until the transaction ends. */
export async function lockSuppression(
  tx: Tx,
  list: SuppressionList,
  addressKey: string,
): Promise<StoredSuppression | undefined> {
  return (await lockSuppressions(tx, list, [addressKey]))[0];
}

/** Takes the place of one that is there only where it `givesWay`. False when nothing changed. */
export async function replaceSuppression(
  tx: Tx,
  suppression: Suppression,
  givesWay: (present: StoredSuppression) => boolean,
  now: Date,
): Promise<boolean> {
  const present = await lockSuppression(tx, suppression, suppression.addressKey);
  if (present && !givesWay(present)) return false;
  if (present) await deleteSuppressions(tx, suppression, [suppression.addressKey]);
  return (await suppressAddresses(tx, [suppression], now)).length > 0;
}
