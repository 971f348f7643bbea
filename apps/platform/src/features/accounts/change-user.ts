// Changes and deletes logins. Each is named by its address within one account.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import {
  deleteUser as deleteRow,
  endSessionsOfUser,
  listUsers,
  lockUsers,
  replaceUserServers,
  updateUserRole,
} from './store.ts';
import type { User, UserRole } from './user.ts';

export type Changed = { kind: 'changed' } | { kind: 'refused'; why: string };

export async function readUsers(db: Queryable, accountId: number): Promise<User[]> {
  return listUsers(db, accountId);
}

function findAmong(users: readonly User[], emailAddress: string): User | undefined {
  return users.find(user => addressKey(user.emailAddress) === addressKey(emailAddress.trim()));
}

const unknown = (emailAddress: string): Changed => ({ kind: 'refused', why: `${emailAddress} has no login here.` });

/** `serverIds` replace those of before. Making an owner turns the present one into an admin: there is one. */
export async function changeRole(
  tx: Tx,
  accountId: number,
  change: { emailAddress: string; role: UserRole; serverIds: readonly number[] },
): Promise<Changed> {
  const users = await lockUsers(tx, accountId);
  const user = findAmong(users, change.emailAddress);
  if (!user) return unknown(change.emailAddress);
  const owner = users.find(other => other.role === 'owner');
  if (owner?.userId === user.userId && change.role !== 'owner') {
    return { kind: 'refused', why: 'An account keeps its owner: make somebody else the owner instead.' };
  }
  if (change.role === 'owner' && owner && owner.userId !== user.userId) await updateUserRole(tx, owner.userId, 'admin');
  await updateUserRole(tx, user.userId, change.role);
  await replaceUserServers(tx, user.userId, change.role === 'member' ? change.serverIds : []);
  return { kind: 'changed' };
}

/** Sessions go with the login. The owner goes last. */
export async function deleteUser(tx: Tx, accountId: number, emailAddress: string, now: Date): Promise<Changed> {
  const users = await lockUsers(tx, accountId);
  const user = findAmong(users, emailAddress);
  if (!user) return unknown(emailAddress);
  if (user.role === 'owner' && users.length > 1) {
    return { kind: 'refused', why: 'An account keeps its owner: make somebody else the owner first.' };
  }
  await endSessionsOfUser(tx, user.userId, undefined, now);
  await deleteRow(tx, user.userId);
  return { kind: 'changed' };
}
