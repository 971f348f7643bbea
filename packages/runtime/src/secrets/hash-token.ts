// How a token is looked up without being kept: tokens are long and random, so a plain hash suffices.

import { createHash } from 'node:crypto';

/** 32 bytes: SHA-256 of the token's text. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}
