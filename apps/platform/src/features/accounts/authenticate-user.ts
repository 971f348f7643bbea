// Checks a log-in by address and password.

import { createHash } from 'node:crypto';
import { addressKey } from '@pennyblack/email/address/address-key.ts';
import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { type CountedAs, isTooOften, windowEnd } from './login-rules.ts';
import { type Cost, hashPassword, verifyNothing, verifyPassword } from './password.ts';
import { countAttempts, findUserByAddress, forgiveAttempts, replacePasswordHash } from './store.ts';
import type { User } from './user.ts';
import { passwordLengthMax } from './user-rules.ts';

export type LogIn = { emailAddress: string; password: string; clientAddress: string };

export type Authenticated =
  | { kind: 'user'; user: User }
  /** Not said which of the two: that would tell who has a login. */
  | { kind: 'wrong_address_or_password' }
  | { kind: 'too_often'; retryAt: Date };

function keyOf(countedAs: CountedAs, text: string): Buffer {
  return createHash('sha256').update(`${countedAs} ${text}`).digest();
}

/** The attempt is counted and committed before the password is looked at, so that guesses side by side count as well. */
export async function authenticateUser(db: Pool, logIn: LogIn, now: Date, cost?: Cost): Promise<Authenticated> {
  const loginKey = addressKey(logIn.emailAddress.trim());
  const ofLogin = keyOf('login', loginKey);
  const ofClient = keyOf('client', logIn.clientAddress);
  const counts = await db.transaction(tx => countAttempts(tx, [ofLogin, ofClient], windowEnd(now), now));
  const tooOften = counts.filter(row => isTooOften(row.counted.equals(ofLogin) ? 'login' : 'client', row.attempts));
  if (tooOften.length > 0) {
    return { kind: 'too_often', retryAt: new Date(Math.max(...tooOften.map(row => row.windowEndsAt.getTime()))) };
  }

  const found = await findUserByAddress(db, loginKey);
  // An endless text would cost us hashing; no password is that long.
  if (!found || logIn.password.length > passwordLengthMax * 2) {
    await verifyNothing(cost);
    return { kind: 'wrong_address_or_password' };
  }
  const { passwordHash, ...user } = found;
  const { isRight, isOutdated } = await verifyPassword(logIn.password, passwordHash, cost);
  if (!isRight) return { kind: 'wrong_address_or_password' };
  await db.transaction(tx => forgiveAttempts(tx, ofLogin, ofClient));
  if (isOutdated) await replacePasswordHash(db, user.userId, passwordHash, await hashPassword(logIn.password, cost));
  return { kind: 'user', user };
}
