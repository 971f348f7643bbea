// Makes a recipient's bounces anonymous: type and time stay for the counts.

import { removedAddress, replaceInJson } from '@pennyblack/email/address/replace-address.ts';
import type { DataRemover, RemovalSubject } from '../accounts/data-remover.ts';
import { type BounceText, listBounceTextsByAddress, listBounceTextsOfMessages, updateBounceTexts } from './store.ts';

export const bouncesRemover: DataRemover = {
  tables: ['bounces'],
  async removeOfMessages(tx, subject, messages) {
    // Also those of other recipients: their subject, and what their servers said, may name the one who is erased.
    const rows = await listBounceTextsOfMessages(tx, messages);
    await updateBounceTexts(
      tx,
      rows.map(row => anonymous(row, subject)),
    );
    return messages;
  },
  async removeByAddress(tx, subject, limit) {
    const rows = await listBounceTextsByAddress(tx, subject.serverIds, subject.addressKey, limit);
    await updateBounceTexts(
      tx,
      rows.map(row => anonymous(row, subject)),
    );
    return rows.length;
  },
};

function anonymous(row: BounceText, { addressKey, replace }: RemovalSubject): BounceText {
  const replaced = replaceInJson(row, replace);
  if (row.addressKey !== addressKey) return replaced;
  return { ...replaced, emailAddress: removedAddress, addressKey: removedAddress, subject: '' };
}
