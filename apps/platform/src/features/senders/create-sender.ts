// Adds a sender signature, and asks for its confirmation. A domain that the account does not have yet is added with it,
// because a signature shows the records of its domain.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { Refusal } from '../../refusals.ts';
import { announceDirectoryChange } from '../accounts/announce-change.ts';
import { addDomain } from '../domains/add-domain.ts';
import { checkReplacement, decideChanges, storeChanges } from '../domains/edit-domain.ts';
import { findOwnDomain } from '../domains/find-domain.ts';
import type { DomainDeps } from '../domains/ports.ts';
import { isConfirmed, readOwnSignature, type WholeSignature } from './read-senders.ts';
import { decideAddress, decideFromAddress, decideName, decideNote, type TextDecision } from './signature-rules.ts';
import { findSignature, insertSignature } from './store.ts';
import { wantConfirmation } from './want-confirmation.ts';

/** An absent field is undefined; `null` on the wire is the empty text. */
export type SenderWish = {
  fromEmail?: string | undefined;
  name?: string | undefined;
  replyToEmail?: string | undefined;
  returnPathDomain?: string | undefined;
  personalNote?: string | undefined;
};

export function textOf(decision: TextDecision): string {
  if (decision.kind === 'refused') throw new Refusal(decision.refusal, decision.message);
  return decision.text;
}

/** An empty text is none. */
export function replyToOf(given: string): string | null {
  if (given.trim() === '') return null;
  const decision = decideAddress('ReplyToEmail', given);
  if (decision.kind === 'refused') throw new Refusal(decision.refusal, decision.message);
  return decision.emailAddress;
}

export async function createSender(
  deps: DomainDeps,
  accountId: number,
  wish: SenderWish,
  now: Date,
): Promise<WholeSignature> {
  const from = decideFromAddress(wish.fromEmail);
  if (from.kind === 'refused') throw new Refusal(from.refusal, from.message);
  const signature = {
    accountId,
    emailAddress: from.emailAddress,
    addressKey: addressKey(from.emailAddress),
    name: textOf(decideName(wish.name)),
    replyTo: replyToOf(wish.replyToEmail ?? ''),
    personalNote: textOf(decideNote(wish.personalNote ?? '')),
  };
  // Empty is no wish here: a new signature clears nothing of a domain that others use.
  const changes = decideChanges({ returnPathDomain: wish.returnPathDomain || undefined }, from.domain);
  if (await findSignature(deps.db, accountId, signature.addressKey)) throw new Refusal('signature_exists');

  const domainId = await addDomain(deps.db, deps.keyRing, accountId, from.domain, now);
  await checkReplacement(deps, await findOwnDomain(deps.db, accountId, domainId), changes);
  return deps.db.transaction(async tx => {
    const senderId = await insertSignature(tx, signature, now);
    if (senderId === undefined) throw new Refusal('signature_exists');
    if (changes.returnPath !== undefined) await storeChanges(tx, domainId, changes, now);
    const whole = await readOwnSignature(tx, accountId, senderId);
    if (!isConfirmed(whole)) await wantConfirmation(tx, deps.recordEvents, whole.signature, now);
    // That an address is unknown may have been kept, too.
    await announceDirectoryChange(tx);
    return whole;
  });
}
