// Gives a login another password. Whoever was logged in with the old one is logged out.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { type Cost, hashPassword } from './password.ts';
import { endSessionsOfUser, findUserByAddress, updatePassword } from './store.ts';
import { problemOfPassword } from './user-rules.ts';

export type PasswordChanged = { kind: 'changed' } | { kind: 'refused'; why: string };

/** `keepSessionId` is the session in which the user asked for it. */
export async function changePassword(
  db: Pool,
  change: { accountId: number; emailAddress: string; password: string; keepSessionId?: number },
  now: Date,
  cost?: Cost,
): Promise<PasswordChanged> {
  const user = await findUserByAddress(db, addressKey(change.emailAddress.trim()));
  if (!user || user.accountId !== change.accountId) {
    return { kind: 'refused', why: `${change.emailAddress} has no login here.` };
  }
  const problem = problemOfPassword(change.password, user.emailAddress);
  if (problem !== undefined) return { kind: 'refused', why: problem };
  const passwordHash = await hashPassword(change.password, cost);
  return db.transaction(async (tx): Promise<PasswordChanged> => {
    const isThere = await updatePassword(tx, user.userId, passwordHash, now);
    if (!isThere) return { kind: 'refused', why: `${change.emailAddress} has no login here.` };
    await endSessionsOfUser(tx, user.userId, change.keepSessionId, now);
    return { kind: 'changed' };
  });
}
