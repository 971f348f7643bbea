// Erases mail that came from somebody, or that names him among its recipients, as a whole: a mail is its sender's words about
// those whom it names, and nobody else is owed it.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { DataRemover, RemovalSubject, SubjectMessage } from '../accounts/data-remover.ts';
import { deleteMessages, listMessagesAbout } from './store.ts';

/** Inbound mail about the subject on one server, oldest first, behind `afterMessageId`. */
export async function findInboundOf(
  tx: Tx,
  { addressKey, upperMessageId }: RemovalSubject,
  serverId: number,
  afterMessageId: string,
  limit: number,
): Promise<SubjectMessage[]> {
  const ids = await listMessagesAbout(tx, serverId, addressKey, { afterMessageId, upperMessageId }, limit);
  return ids.map(messageId => ({ serverId, messageId, recipientNumbers: [0], isAlone: true }));
}

/** After those that look at what else is known of a message. */
export const inboundRemover: DataRemover = {
  tables: ['inbound_messages', 'inbound_recipients', 'inbound_sources'],
  async removeOfMessages(tx, _subject, messages) {
    if (messages.length > 0) await deleteMessages(tx, messages);
    return messages;
  },
};
