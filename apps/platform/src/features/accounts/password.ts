// Hashes passwords by scrypt (RFC 7914). node:crypto does it in the thread pool, so the event loop goes on.

import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

export type Cost = { logN: number; r: number; p: number };

/** OWASP's "Password Storage Cheat Sheet": N = 2^15, r = 8, p = 3: 32 MB and about 0.2 s. */
export const standardCost: Cost = { logN: 15, r: 8, p: 3 };
const saltBytes = 16;
const hashBytes = 32;

function derive(password: string, salt: Buffer, { logN, r, p }: Cost): Promise<Buffer> {
  // Twice what scrypt needs (128 * N * r), because OpenSSL counts a little more.
  const options: ScryptOptions = { N: 2 ** logN, r, p, maxmem: 256 * 2 ** logN * r };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, hashBytes, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

/** The form of a PHC string: `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, both base64 without padding. */
export async function hashPassword(password: string, chosen: Cost = standardCost): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, chosen);
  return `$scrypt$ln=${chosen.logN},r=${chosen.r},p=${chosen.p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** `isOutdated` asks for a new hash under today's cost. */
export async function verifyPassword(
  password: string,
  stored: string,
  today: Cost = standardCost,
): Promise<{ isRight: boolean; isOutdated: boolean }> {
  const match = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(stored);
  if (!match) throw new Error('A stored password hash cannot be read.');
  const [logN = 0, r = 0, p = 0] = match.slice(1, 4).map(Number);
  const hash = await derive(password, Buffer.from(match[4] ?? '', 'base64'), { logN, r, p });
  const expected = Buffer.from(match[5] ?? '', 'base64');
  const isRight = expected.length === hash.length && timingSafeEqual(hash, expected);
  return { isRight, isOutdated: logN !== today.logN || r !== today.r || p !== today.p };
}

/** Takes as long as a look at a stored hash, so that nobody learns from the clock which logins exist. */
export async function verifyNothing(today: Cost = standardCost): Promise<void> {
  await derive('', Buffer.alloc(saltBytes), today);
}

/** For a person to type once: 100 bits in five groups, without letters that look alike. */
export function makePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789x';
  const text = [...randomBytes(20)].map(byte => letters[byte & 31]).join('');
  return text.replace(/(.{4})(?=.)/g, '$1-');
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
