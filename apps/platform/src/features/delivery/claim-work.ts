// Takes due rows out of the database: retries, what found no room when it was accepted, what a dead process left.

import type { Database } from '@pennyblack/runtime/database/database.ts';
import { timeOfUuidV7 } from '@pennyblack/runtime/uuid-v7.ts';
import { type LoadedRecipient, loadForDelivery } from '../messages/load-for-delivery.ts';
import { findSuppressed } from '../suppressions/find-suppressed.ts';
import { bytesOfContent, type DeliveryItem, type Lane, type MessageInHand } from './delivery-item.ts';
import { type Claim, type ClaimedRow, claimRows, readOwners, returnRows } from './store.ts';

export type ClaimedWork = {
  /** May go. */
  items: DeliveryItem[];
  /** Were suppressed while they waited. */
  suppressed: DeliveryItem[];
  /** Rows whose message is gone, which retention never does while something is queued. */
  lost: ClaimedRow[];
};

function keyOf(row: { messageId: string; recipientNumber: number }): string {
  return `${row.messageId}/${row.recipientNumber}`;
}

/** `onRows` hears of the rows before the COMMIT: when it is not answered, they may be this process's all the same. */
export async function claimWork(
  db: Database,
  claim: Omit<Claim, 'dueUntil'>,
  now: Date,
  onRows: (rows: ClaimedRow[]) => void = () => {},
): Promise<ClaimedRow[]> {
  return db.claims.transaction(async tx => {
    const rows = await claimRows(tx, { ...claim, dueUntil: now });
    onRows(rows);
    return rows;
  });
}

/** Of rows whose claim ended in doubt, those that it did make this process's. */
export async function keepOwned(
  db: Database,
  rows: readonly ClaimedRow[],
  processNumber: number,
): Promise<ClaimedRow[]> {
  const owners = await db.claims.transaction(tx => readOwners(tx, rows));
  const owned = new Set(owners.filter(row => row.ownerNumber === processNumber).map(keyOf));
  return rows.filter(row => owned.has(keyOf(row)));
}

/** Gives rows back that were claimed and never tried. Rows that are not this process's any more stay as they are. */
export async function returnClaimed(
  db: Database,
  rows: readonly ClaimedRow[],
  ownerNumber: number,
  dueAt: Date,
): Promise<void> {
  const unchanged = { ownerNumber, dueAt, isUncertain: false, isHeld: false, lastReply: null };
  await db.claims.transaction(tx =>
    returnRows(
      tx,
      rows.map(row => ({ ...row, ...unchanged })),
    ),
  );
}

/** Reads what is needed to send claimed rows, and asks the suppressions about all of them in one statement. */
export async function loadClaimed(
  db: Database,
  rows: readonly ClaimedRow[],
  claim: { lane: Lane; processNumber: number },
  now: Date,
): Promise<ClaimedWork> {
  if (rows.length === 0) return { items: [], suppressed: [], lost: [] };
  const loaded = await loadForDelivery(db.claims, rows);
  const recipients = new Map<string, LoadedRecipient>(
    loaded.recipients.map(recipient => [keyOf(recipient), recipient]),
  );
  const messages = new Map<string, MessageInHand>();
  const items: DeliveryItem[] = [];
  const lost: ClaimedRow[] = [];
  const keys: { serverId: number; streamId: string; addressKey: string; accountId: number }[] = [];

  for (const row of rows) {
    const recipient = recipients.get(keyOf(row));
    const content = loaded.contents.get(row.messageId);
    if (!recipient || !content) {
      lost.push(row);
      continue;
    }
    let message = messages.get(row.messageId);
    if (!message) {
      message = { serverId: row.serverId, messageId: row.messageId, content, bytes: bytesOfContent(content) };
      messages.set(row.messageId, message);
    }
    const { accountId } = content;
    keys.push({ serverId: row.serverId, streamId: row.streamId, addressKey: recipient.addressKey, accountId });
    items.push({
      message,
      recipientNumber: row.recipientNumber,
      address: recipient.address,
      addressKey: recipient.addressKey,
      lane: claim.lane,
      attempts: row.attempts,
      receivedAt: timeOfUuidV7(row.messageId),
      ownerNumber: claim.processNumber,
      claimNumber: row.claimNumber,
      checkedAt: now,
      isSuppressed: false,
    });
  }
  const suppressedPositions = await findSuppressed(db.claims, keys);
  return {
    items: items.filter((_, position) => !suppressedPositions.has(position)),
    suppressed: items.filter((_, position) => suppressedPositions.has(position)),
    lost,
  };
}
