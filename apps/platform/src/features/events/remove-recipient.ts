// Makes a recipient's events anonymous: what happened, and when, stays for the counts; to whom, and in which words, goes.

import { removedAddress, replaceInJson } from '@pennyblack/email/address/replace-address.ts';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import type { DataRemover, SubjectMessage } from '../accounts/data-remover.ts';
import { type EventText, listEventTexts, listEventTextsWithoutMessage, updateEventTexts } from './store.ts';

const oneDayInMilliseconds = 86_400_000;
/** Details that are about the message, and therefore about its recipient when nobody else got it. */
const wordsOfTheMessage = ['subject', 'metadata'];
/** Details of an open or a click that are about the person who read. */
const wordsOfTheReader = ['userAgent', 'client', 'os', 'geo', 'originalLink'];

export const eventsRemover: DataRemover = {
  tables: ['events'],
  async removeOfMessages(tx, { replace }, messages, now) {
    if (messages.length === 0) return messages;
    const upperEventId = firstUuidV7Of(new Date(now.getTime() + oneDayInMilliseconds));
    const rows = await listEventTexts(tx, messages, upperEventId);
    const byId = new Map(messages.map(message => [message.messageId, message]));
    await updateEventTexts(
      tx,
      rows.map(row => anonymous(row, byId.get(row.messageId ?? ''), replace)),
    );
    return messages;
  },
  async removeByAddress(tx, { serverIds, addressKey, replace }, limit) {
    const rows = await listEventTextsWithoutMessage(tx, serverIds, addressKey, limit);
    await updateEventTexts(
      tx,
      rows.map(row => ({ ...anonymous(row, undefined, replace), recipient: removedAddress })),
    );
    return rows.length;
  },
};

function anonymous(row: EventText, message: SubjectMessage | undefined, replace: (text: string) => string): EventText {
  const isSubjects = row.recipientNumber !== null && message?.recipientNumbers.includes(row.recipientNumber) === true;
  const details = replaceInJson(row.details, replace);
  if (isSubjects) for (const name of wordsOfTheReader) delete details[name];
  if (message?.isAlone) for (const name of wordsOfTheMessage) delete details[name];
  const recipient = row.recipient === null ? null : isSubjects ? removedAddress : replace(row.recipient);
  return { ...row, recipient, details };
}
