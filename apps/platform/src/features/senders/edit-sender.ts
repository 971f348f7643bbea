// Changes what a sender signature says. Its address stays: another address is another signature.

import { Refusal } from '../../refusals.ts';
import { announceDirectoryChange } from '../accounts/announce-change.ts';
import { checkReplacement, decideChanges, storeChanges } from '../domains/edit-domain.ts';
import { readDomainByName } from '../domains/find-domain.ts';
import type { DomainDeps } from '../domains/ports.ts';
import { replyToOf, type SenderWish, textOf } from './create-sender.ts';
import { findOwnSignature, readOwnSignature, type WholeSignature } from './read-senders.ts';
import { domainOf } from './sender.ts';
import { decideName, decideNote } from './signature-rules.ts';
import { updateSignature } from './store.ts';

/** Absent fields stay as they are, but for `Name`, which is required. */
export async function editSender(
  deps: DomainDeps,
  accountId: number,
  senderId: number | undefined,
  wish: SenderWish,
  now: Date,
): Promise<WholeSignature> {
  const signature = await findOwnSignature(deps.db, accountId, senderId);
  if (Object.values(wish).every(value => value === undefined)) throw new Refusal('sender_or_domain_update_empty');
  const name = textOf(decideName(wish.name));
  const note = wish.personalNote === undefined ? undefined : textOf(decideNote(wish.personalNote));
  const replyTo = wish.replyToEmail === undefined ? undefined : replyToOf(wish.replyToEmail);
  const domainName = domainOf(signature);
  const changes = decideChanges({ returnPathDomain: wish.returnPathDomain }, domainName);
  const domain = await readDomainByName(deps.db, accountId, domainName);
  if (domain) await checkReplacement(deps, domain, changes);

  return deps.db.transaction(async tx => {
    const current = await findOwnSignature(tx, accountId, senderId);
    await updateSignature(tx, current.senderId, {
      name,
      replyTo: replyTo === undefined ? current.replyTo : replyTo,
      personalNote: note ?? current.personalNote,
    });
    if (domain && changes.returnPath !== undefined) await storeChanges(tx, domain.domainId, changes, now);
    await announceDirectoryChange(tx);
    return readOwnSignature(tx, accountId, current.senderId);
  });
}
