// Erases what a recipient read: his opens and clicks go as a whole, because every word of them is about him; counts stand
// elsewhere. In those of other recipients of the same message his address gives way.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { DataRemover, RemovalSubject, SubjectMessage } from '../accounts/data-remover.ts';
import { deleteHitsOf, listHitTexts, updateHitTexts } from './store.ts';

export const trackingRemover: DataRemover = {
  tables: ['opens', 'clicks'],
  async removeOfMessages(tx, subject, messages) {
    if (messages.length === 0) return messages;
    const recipients = messages.flatMap(({ serverId, messageId, recipientNumbers }) =>
      recipientNumbers.map(recipientNumber => ({ serverId, messageId, recipientNumber })),
    );
    for (const kind of ['open', 'click'] as const) {
      await deleteHitsOf(tx, kind, recipients);
      await replaceInOthers(tx, kind, subject, messages);
    }
    return messages;
  },
};

async function replaceInOthers(
  tx: Tx,
  kind: 'open' | 'click',
  { replace }: RemovalSubject,
  messages: readonly SubjectMessage[],
): Promise<void> {
  const rows = await listHitTexts(tx, kind, messages);
  const changed = rows.flatMap(row => {
    const tag = row.tag && replace(row.tag);
    const link = row.link && replace(row.link);
    return tag === row.tag && link === row.link ? [] : [{ ...row, tag, link }];
  });
  await updateHitTexts(tx, kind, changed);
}
