// What the page behind a confirmation link shows, and does when its button is pressed.

import type { Pool, Queryable } from '@pennyblack/runtime/database/database.ts';
import { announceDirectoryChange } from '../accounts/announce-change.ts';
import { isGenuine, readConfirmationToken } from './confirmation-link.ts';
import type { SenderSignature } from './sender.ts';
import { confirmSignature, findSignatureById } from './store.ts';

export type LinkStanding =
  /** Not ours, or its signature was removed: both look the same to a stranger. */
  { kind: 'unknown' } | { kind: 'expired' | 'already_confirmed' | 'open'; signature: SenderSignature };

/** Changes nothing: mail scanners open every link. */
export async function readLink(
  db: Queryable,
  keys: readonly Buffer[],
  tokenText: string,
  now: Date,
): Promise<LinkStanding> {
  const token = readConfirmationToken(tokenText);
  const signature = token && (await findSignatureById(db, token.senderId));
  if (!token || !signature || !isGenuine(token, keys, signature.emailAddress)) return { kind: 'unknown' };
  if (signature.confirmedAt !== null) return { kind: 'already_confirmed', signature };
  return { kind: token.expiresAt <= now ? 'expired' : 'open', signature };
}

/** `open` means that this call has confirmed it. */
export async function confirmByLink(
  db: Pool,
  keys: readonly Buffer[],
  tokenText: string,
  now: Date,
): Promise<LinkStanding> {
  return db.transaction(async tx => {
    const standing = await readLink(tx, keys, tokenText, now);
    if (standing.kind !== 'open') return standing;
    if (!(await confirmSignature(tx, standing.signature.senderId, now)))
      return { kind: 'already_confirmed', signature: standing.signature };
    await announceDirectoryChange(tx);
    return standing;
  });
}
