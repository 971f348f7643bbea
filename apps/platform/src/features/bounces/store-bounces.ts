// Stores bounces; whether the address becomes inactive, and may be activated again, follows from the type.

import { bounceTypeByName } from '@pennyblack/email/bounces/bounce-types.ts';
import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { NewBounce } from './bounce.ts';
import { insertBounces } from './store.ts';

/** Answers the bounce ids, in the order given. */
export async function storeBounces(tx: Tx, bounces: readonly NewBounce[], now: Date): Promise<number[]> {
  if (bounces.length === 0) return [];
  const rows = bounces.map(bounce => {
    const type = bounceTypeByName[bounce.type];
    return { ...bounce, isInactive: type.deactivates, canActivate: type.canActivate };
  });
  return insertBounces(tx, rows, now);
}
