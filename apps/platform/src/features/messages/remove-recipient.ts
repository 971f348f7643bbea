// Erases a recipient's data from messages: the whole content where nobody else got it, else the address within it.

import type { Mailbox } from '@pennyblack/email/address/mailbox.ts';
import { removedAddress, replaceInJson } from '@pennyblack/email/address/replace-address.ts';
import { replaceInSource } from '@pennyblack/email/submission/replace-in-source.ts';
import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { DataRemover, RemovalSubject, SubjectMessage } from '../accounts/data-remover.ts';
import { formatOf, type MessageContent, packContent, unpackContent } from './message-content.ts';
import {
  anonymiseRecipients,
  deleteContents,
  findContent,
  listDescriptions,
  listMessagesOfRecipient,
  type MessageDescription,
  replaceContent,
  updateDescriptions,
} from './store.ts';

const [removedLocalPart = '', removedDomain = ''] = removedAddress.split('@');
const removedMailbox: Mailbox = {
  name: '',
  localPart: removedLocalPart,
  domain: removedDomain,
  address: removedAddress,
};

/** Messages to the subject on one server, oldest first, behind `afterMessageId`. */
export async function findMessagesOf(
  tx: Tx,
  subject: RemovalSubject,
  serverId: number,
  afterMessageId: string,
  limit: number,
): Promise<SubjectMessage[]> {
  const { addressKey, upperMessageId } = subject;
  const bounds = { afterMessageId, upperMessageId };
  return listMessagesOfRecipient(tx, serverId, { addressKey, removedKey: removedAddress }, bounds, limit);
}

/** The last of the removers: once the recipients are anonymous, nobody finds the messages of the subject any more. */
export const messagesRemover: DataRemover = {
  tables: ['messages', 'message_contents', 'message_recipients'],
  async removeOfMessages(tx, subject, messages) {
    if (messages.length === 0) return messages;
    await deleteContents(
      tx,
      messages.filter(message => message.isAlone),
    );
    // One at a time: each may hold ten megabytes of attachments.
    for (const message of messages) if (!message.isAlone) await replaceInContent(tx, subject, message);
    await describeAnew(tx, subject, messages);
    await anonymiseRecipients(tx, messages, subject.addressKey, removedAddress);
    return messages;
  },
};

async function replaceInContent(tx: Tx, { replace }: RemovalSubject, message: SubjectMessage): Promise<void> {
  const packed = await findContent(tx, message.serverId, message.messageId);
  if (!packed) return;
  const content = readContent(packed);
  // What nobody can read any more may still hold the address.
  if (!content) await deleteContents(tx, [message]);
  else {
    const anonymous = withoutSubject(content, replace);
    await replaceContent(tx, message, packContent(anonymous), formatOf(anonymous));
  }
}

function readContent(packed: Buffer): MessageContent | undefined {
  try {
    return unpackContent(packed);
  } catch {
    return undefined;
  }
}

/** Pictures and files stay as they are: they are the other recipients' too, and nothing can be replaced within them. */
export function withoutSubject(content: MessageContent, replace: (text: string) => string): MessageContent {
  const { attachments, source, ...rest } = content;
  const anonymous = (mailbox: Mailbox) => (replace(mailbox.address) === mailbox.address ? mailbox : removedMailbox);
  const named = {
    ...rest,
    from: anonymous(rest.from),
    to: rest.to.map(anonymous),
    cc: rest.cc.map(anonymous),
    replyTo: rest.replyTo.map(anonymous),
  };
  return {
    ...replaceInJson(named, replace),
    attachments: attachments.map(file => ({ ...file, name: replace(file.name) })),
    ...(source === undefined ? {} : { source: { ...source, ...replaceInSource(source, replace) } }),
  };
}

async function describeAnew(tx: Tx, subject: RemovalSubject, messages: readonly SubjectMessage[]): Promise<void> {
  const alone = new Set(messages.filter(message => message.isAlone).map(message => message.messageId));
  const rows = await listDescriptions(tx, messages);
  await updateDescriptions(
    tx,
    rows.map((row): MessageDescription => {
      const replaced = replaceInJson(row, subject.replace);
      return alone.has(row.messageId) ? { ...replaced, subject: '', attachmentNames: null, metadata: null } : replaced;
    }),
  );
}
