// Makes what the database keeps of an API token: a hash to find it, an encrypted copy to show it again.

import { randomUUID } from 'node:crypto';
import { hashToken } from '@pennyblack/runtime/secrets/hash-token.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import type { NewToken } from './account.ts';

/** Tokens are GUIDs as Postmark's are; `given` is one that the operator chose. Values are matched in any case. */
export function makeToken(keyRing: KeyRing, given?: string): NewToken {
  const token = (given ?? randomUUID()).trim().toLowerCase();
  return { token, tokenHash: hashToken(token), tokenEncrypted: keyRing.encrypt(token) };
}
