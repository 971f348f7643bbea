// Works requests off in small transactions that lock a few rows each. Nothing is remembered between them but the data
// itself: what was erased is not found again, so a run may be killed at any moment and the next one goes on.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { createAddressReplacer } from '@pennyblack/email/address/replace-address.ts';
import type { Pool, Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import type { DataRemover, RemovalSubject, SubjectMessage } from '../accounts/data-remover.ts';
import type { PendingRemoval } from './data-removal.ts';
import type { QueueRemovalNotice } from './ports.ts';
import { forgetRequesters } from './removal-notice.ts';
import { completeRemoval, listPendingRemovals } from './store.ts';

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
  queueNotice: QueueRemovalNotice;
};

const messagesTogether = 20;
const rowsTogether = 500;
const requestsTogether = 500;
/** A run ends after so many steps, because other upkeep waits for it; the next one goes on. */
const stepsPerRequestMax = 500;
/** What was being stored while the request came is there by then, and so are the results of what was being sent. */
export const settleSeconds = 60;

/** One request that fails does not hold up the others. @throws the first failure, when all were tried. */
export async function runRemovals(deps: RemovalDeps, now: Date): Promise<void> {
  const failures: unknown[] = [];
  for (const removal of await listPendingRemovals(deps.db, requestsTogether)) {
    await workOff(deps, removal, now).catch(error => failures.push(error));
  }
  await forgetRequesters(deps.db, now);
  if (failures.length > 0) throw failures[0];
}

async function workOff(deps: RemovalDeps, removal: PendingRemoval, now: Date): Promise<void> {
  const found = await erase(deps, await subjectOf(deps, removal), now);
  const settledAt = removal.requestedAt.getTime() + settleSeconds * 1000;
  // Done is what a whole look at everything has not found any more.
  if (found === 0 && now.getTime() >= settledAt) await complete(deps, removal.dataRemovalId, now);
}

/** Who is to be told is told because it is done, or neither is true. */
async function complete({ db, queueNotice }: RemovalDeps, dataRemovalId: number, now: Date): Promise<void> {
  await db.transaction(async tx => {
    const { isNoticeDue } = await completeRemoval(tx, dataRemovalId, now);
    if (isNoticeDue) await queueNotice(tx, dataRemovalId, now);
  });
}

async function subjectOf({ db, readServerIds }: RemovalDeps, removal: PendingRemoval): Promise<RemovalSubject> {
  return {
    accountId: removal.accountId,
    serverIds: await readServerIds(db, removal.accountId),
    addressKey: addressKey(removal.requestedFor),
    upperMessageId: firstUuidV7Of(new Date(removal.requestedAt.getTime() + 1)),
    replace: createAddressReplacer([removal.requestedFor]),
  };
}

/** Answers how much was found, erased or still to wait for. */
async function erase(deps: RemovalDeps, subject: RemovalSubject, now: Date): Promise<number> {
  const steps = { left: stepsPerRequestMax };
  let found = 0;
  for (const serverId of subject.serverIds) found += await eraseMessages(deps, subject, serverId, steps, now);
  for (const remover of deps.removers) found += await eraseByAddress(deps.db, remover, subject, steps, now);
  return found;
}

type Steps = { left: number };

async function eraseMessages(
  deps: RemovalDeps,
  subject: RemovalSubject,
  serverId: number,
  steps: Steps,
  now: Date,
): Promise<number> {
  let found = 0;
  let afterMessageId = firstUuidV7Of(new Date(0));
  for (;;) {
    const batch = await deps.db.transaction(tx => eraseBatch(deps, tx, subject, serverId, afterMessageId, now));
    found += batch.length;
    const last = batch.at(-1);
    steps.left -= 1;
    if (batch.length < messagesTogether || !last || steps.left <= 0) return found;
    afterMessageId = last.messageId;
  }
}

/** Answers all that were found, also those that have to wait. */
async function eraseBatch(
  { removers, findMessagesOf }: RemovalDeps,
  tx: Tx,
  subject: RemovalSubject,
  serverId: number,
  afterMessageId: string,
  now: Date,
): Promise<SubjectMessage[]> {
  const batch = await findMessagesOf(tx, subject, serverId, afterMessageId, messagesTogether);
  let messages: readonly SubjectMessage[] = batch;
  for (const remover of removers) {
    if (messages.length === 0) break;
    messages = (await remover.removeOfMessages?.(tx, subject, messages, now)) ?? messages;
  }
  return batch;
}

async function eraseByAddress(
  db: Pool,
  { removeByAddress }: DataRemover,
  subject: RemovalSubject,
  steps: Steps,
  now: Date,
): Promise<number> {
  if (!removeByAddress) return 0;
  let found = 0;
  for (;;) {
    const batch = await db.transaction(tx => removeByAddress(tx, subject, rowsTogether, now));
    found += batch;
    steps.left -= 1;
    if (batch === 0 || steps.left <= 0) return found;
  }
}
