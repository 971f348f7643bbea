// Makes a recipient's bounces anonymous: type and time stay for the counts. What came by mail about them goes.

import { removedAddress, replaceInJson } from '@pennyblack/email/address/replace-address.ts';
import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { DataRemover, RemovalSubject } from '../accounts/data-remover.ts';
import {
  type BounceText,
  deleteDumps,
  listBounceTextsByAddress,
  listBounceTextsOfMessages,
  updateBounceTexts,
} from './store.ts';

export const bouncesRemover: DataRemover = {
  tables: ['bounces', 'bounce_dumps'],
  async removeOfMessages(tx, subject, messages) {
    // Also those of other recipients: their subject, and what their servers said, may name the one who is erased.
    await anonymise(tx, subject, await listBounceTextsOfMessages(tx, messages));
    return messages;
  },
  async removeByAddress(tx, subject, limit) {
    const rows = await listBounceTextsByAddress(tx, subject.serverIds, subject.addressKey, limit);
    await anonymise(tx, subject, rows);
    return rows.length;
  },
};

async function anonymise(tx: Tx, subject: RemovalSubject, rows: readonly BounceText[]): Promise<void> {
  await deleteDumps(tx, rows);
  await updateBounceTexts(
    tx,
    rows.map(row => anonymous(row, subject)),
  );
}

function anonymous(row: BounceText, { addressKey, replace }: RemovalSubject): BounceText {
  const replaced = replaceInJson(row, replace);
  if (row.addressKey !== addressKey) return replaced;
  return { ...replaced, emailAddress: removedAddress, addressKey: removedAddress, subject: '' };
}
