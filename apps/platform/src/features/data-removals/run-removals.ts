// Works requests off in small transactions that lock a few rows each. Nothing is remembered between them but the data
// itself: what was erased is not found again, so a run may be killed at any moment and the next one goes on.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { createAddressReplacer } from '@pennyblack/email/address/replace-address.ts';
import type { Pool, Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import type { DataRemover, RemovalSubject, SubjectMessage } from '../accounts/data-remover.ts';
import type { PendingRemoval } from './data-removal.ts';
import type { NotifyRemovalCompleted } from './ports.ts';
import { completeRemoval, forgetNotice, listNoticesDue, listPendingRemovals } from './store.ts';

export type RemovalDeps = {
  db: Pool;
  /** In the order in which they run; the one that anonymises recipients comes last. */
  removers: readonly DataRemover[];
  findMessagesOf(
    tx: Tx,
    subject: RemovalSubject,
    serverId: number,
    afterMessageId: string,
    limit: number,
  ): Promise<SubjectMessage[]>;
  readServerIds(db: Queryable, accountId: number): Promise<number[]>;
  /** Undefined while nothing can send such mail: the notices wait. */
  notify: NotifyRemovalCompleted | undefined;
};

const messagesTogether = 20;
const rowsTogether = 500;
const requestsTogether = 50;
/** What was being stored while the request came is there by then, and so are the results of what was being sent. */
export const settleSeconds = 60;

export async function runRemovals(deps: RemovalDeps, now: Date): Promise<void> {
  for (const removal of await listPendingRemovals(deps.db, requestsTogether)) {
    const subject = await subjectOf(deps, removal);
    const found = await erase(deps, subject, now);
    const settledAt = removal.requestedAt.getTime() + settleSeconds * 1000;
    // Done is what a whole look at everything has not found any more.
    if (found === 0 && now.getTime() >= settledAt) await completeRemoval(deps.db, removal.dataRemovalId, now);
  }
  await tellWhoAsked(deps);
}

async function subjectOf({ db, readServerIds }: RemovalDeps, removal: PendingRemoval): Promise<RemovalSubject> {
  return {
    serverIds: await readServerIds(db, removal.accountId),
    addressKey: addressKey(removal.requestedFor),
    upperMessageId: firstUuidV7Of(new Date(removal.requestedAt.getTime() + 1)),
    replace: createAddressReplacer([removal.requestedFor]),
  };
}

/** Answers how much was found, erased or still to wait for. */
async function erase(deps: RemovalDeps, subject: RemovalSubject, now: Date): Promise<number> {
  let found = 0;
  for (const serverId of subject.serverIds) found += await eraseMessages(deps, subject, serverId, now);
  for (const remover of deps.removers) found += await eraseByAddress(deps.db, remover, subject, now);
  return found;
}

async function eraseMessages(
  { db, removers, findMessagesOf }: RemovalDeps,
  subject: RemovalSubject,
  serverId: number,
  now: Date,
): Promise<number> {
  let found = 0;
  let afterMessageId = firstUuidV7Of(new Date(0));
  for (;;) {
    const batch = await db.transaction(async tx => {
      const all = await findMessagesOf(tx, subject, serverId, afterMessageId, messagesTogether);
      let messages: readonly SubjectMessage[] = all;
      for (const remover of removers) {
        if (messages.length === 0) break;
        messages = (await remover.removeOfMessages?.(tx, subject, messages, now)) ?? messages;
      }
      return all;
    });
    found += batch.length;
    const last = batch.at(-1);
    if (batch.length < messagesTogether || !last) return found;
    afterMessageId = last.messageId;
  }
}

async function eraseByAddress(db: Pool, remover: DataRemover, subject: RemovalSubject, now: Date): Promise<number> {
  let found = 0;
  const { removeByAddress } = remover;
  if (!removeByAddress) return found;
  for (;;) {
    const batch = await db.transaction(tx => removeByAddress(tx, subject, rowsTogether, now));
    found += batch;
    if (batch === 0) return found;
  }
}

async function tellWhoAsked({ db, notify }: RemovalDeps): Promise<void> {
  if (!notify) return;
  for (const notice of await listNoticesDue(db, requestsTogether)) {
    await notify(notice);
    await forgetNotice(db, notice.dataRemovalId);
  }
}
