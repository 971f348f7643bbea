// Gives this process a number and keeps its lease alive. A lease that was lost (the database was away too long) is
// replaced by a new one, with a new number: what was owned under the old number belongs to others.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { leaseRenewedEverySeconds } from './process.ts';
import { insertProcess, renewLease } from './store.ts';

export type Lease = {
  /** The number that rows of work carry. It changes when the lease was lost. */
  processNumber(): number;
  /** Renews it no longer. `endLease` gives it back. */
  stopRenewing(): void;
};

/** `onLost` is called with the old number when others have declared this process dead. */
export async function holdLease(
  db: Queryable,
  options: {
    hostName: string;
    roles: readonly string[];
    onLost: (oldNumber: number) => void;
    onError: (error: unknown) => void;
  },
): Promise<Lease> {
  let processNumber = await insertProcess(db, options.hostName, options.roles);
  let isRenewing = false;

  async function renewOrReplace(): Promise<void> {
    const isHeld = await renewLease(db, processNumber);
    if (isHeld) return;
    const oldNumber = processNumber;
    processNumber = await insertProcess(db, options.hostName, options.roles);
    options.onLost(oldNumber);
  }

  const timer = setInterval(() => {
    if (isRenewing) return;
    isRenewing = true;
    renewOrReplace()
      // The database is away. Whether the lease is lost is known only when it is back.
      .catch(options.onError)
      .finally(() => {
        isRenewing = false;
      });
  }, leaseRenewedEverySeconds * 1000);

  return {
    processNumber: () => processNumber,
    stopRenewing: () => clearInterval(timer),
  };
}
