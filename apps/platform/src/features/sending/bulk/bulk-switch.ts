// The operator's switch: whether a server may use the bulk API. It may, unless somebody has switched it off.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { deleteSwitchedOff, insertSwitchedOff, isSwitchedOff } from './store.ts';

export async function isBulkAllowed(db: Queryable, serverId: number): Promise<boolean> {
  return !(await isSwitchedOff(db, serverId));
}

/** Requests that were accepted before go on: whoever wants them to end cancels them. */
export async function switchBulk(db: Queryable, serverId: number, isAllowed: boolean, now: Date): Promise<void> {
  if (isAllowed) await deleteSwitchedOff(db, serverId);
  else await insertSwitchedOff(db, serverId, now);
}
