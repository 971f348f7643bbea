// Sessions of people who have logged in. The browser holds a random token, the database its hash.

import { randomBytes } from 'node:crypto';
import type { Pool, Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { hashToken } from '@pennyblack/runtime/secrets/hash-token.ts';
import { deleteEndedSessions, deleteOldAttempts, endSessionRow, findOpenSession, insertSession } from './store.ts';
import type { Session } from './user.ts';

const tokenBytes = 32;
export const sessionDays = 14;
const oneDayInMilliseconds = 86_400_000;
const batchMax = 1000;

export async function openSession(
  tx: Tx,
  userId: number,
  now: Date,
): Promise<{ sessionId: number; token: string; expiresAt: Date }> {
  const token = randomBytes(tokenBytes).toString('base64url');
  const expiresAt = new Date(now.getTime() + sessionDays * oneDayInMilliseconds);
  const sessionId = await insertSession(tx, { userId, tokenHash: hashToken(token), expiresAt }, now);
  return { sessionId, token, expiresAt };
}

/** With the user's role as it is now. Undefined when it has ended, has run out, or never was. */
export async function findSession(db: Queryable, token: string, now: Date): Promise<Session | undefined> {
  return findOpenSession(db, hashToken(token), now);
}

/** False when it had ended already. */
export async function endSession(db: Queryable, sessionId: number, now: Date): Promise<boolean> {
  return endSessionRow(db, sessionId, now);
}

/** Deletes what is over, in batches. */
export async function forgetSessions(db: Pool, now: Date): Promise<void> {
  while ((await deleteEndedSessions(db, now, batchMax)) === batchMax);
  await deleteOldAttempts(db, now);
}
