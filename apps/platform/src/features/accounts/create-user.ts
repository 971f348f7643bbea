// Gives a person a login.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { readAddress } from '@pennyblack/email/address/address-spec.ts';
import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { type Cost, hashPassword } from './password.ts';
import { insertUser, lockUsers, replaceUserServers } from './store.ts';
import type { UserRole } from './user.ts';
import { problemOfPassword } from './user-rules.ts';

export type NewUser = {
  accountId: number;
  emailAddress: string;
  password: string;
  role: UserRole;
  /** Of a member. Whether they are the account's is for the caller to see to. */
  serverIds: readonly number[];
};

export type CreatedUser = { kind: 'created'; userId: number } | { kind: 'refused'; why: string };

/** `why` is a sentence for whoever asked. Hashing takes its time, so it happens before the transaction. */
export async function createUser(db: Pool, user: NewUser, now: Date, cost?: Cost): Promise<CreatedUser> {
  const emailAddress = user.emailAddress.trim();
  if (readAddress(emailAddress, { allowNonAsciiMailboxes: true }).kind !== 'address') {
    return { kind: 'refused', why: `"${emailAddress}" is not an address.` };
  }
  const problem = problemOfPassword(user.password, emailAddress);
  if (problem !== undefined) return { kind: 'refused', why: problem };
  const passwordHash = await hashPassword(user.password, cost);

  return db.transaction(async (tx): Promise<CreatedUser> => {
    const others = await lockUsers(tx, user.accountId);
    if (user.role === 'owner' && others.some(other => other.role === 'owner')) {
      return { kind: 'refused', why: 'The account has an owner already: make this one an admin.' };
    }
    const row = { ...user, emailAddress, addressKey: addressKey(emailAddress), passwordHash };
    const userId = await insertUser(tx, row, now);
    if (userId === undefined) return { kind: 'refused', why: `${emailAddress} has a login already.` };
    if (user.role === 'member') await replaceUserServers(tx, userId, user.serverIds);
    return { kind: 'created', userId };
  });
}
