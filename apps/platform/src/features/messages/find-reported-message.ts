// Finds a message that a report names, with what a bounce repeats of it.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { unpackContent } from './message-content.ts';
import { findContent, findMessageOfServers, listRecipients } from './store.ts';

export type ReportedRecipient = { recipientNumber: number; address: string; addressKey: string };

export type ReportedMessage = {
  serverId: number;
  messageId: string;
  streamId: string;
  fromAddress: string;
  subject: string;
  tag: string | null;
  metadata: Record<string, string> | null;
  recipients: ReportedRecipient[];
};

/** Undefined when none of these servers has the message. */
export async function findReportedMessage(
  db: Queryable,
  serverIds: readonly number[],
  messageId: string,
): Promise<ReportedMessage | undefined> {
  const found = await findMessageOfServers(db, serverIds, messageId);
  if (!found) return undefined;
  const { fromKey, ...message } = found;
  const recipients = await listRecipients(db, message.serverId, [messageId]);
  const packed = await findContent(db, message.serverId, messageId);
  return {
    ...message,
    // The key is the address in lower case: all that is left when the content is gone.
    fromAddress: packed ? unpackContent(packed).from.address : fromKey,
    recipients: recipients.map(({ recipientNumber, address }) => ({
      recipientNumber,
      address,
      addressKey: addressKey(address),
    })),
  };
}
