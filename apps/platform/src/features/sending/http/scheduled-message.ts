// A scheduled message as the API shows it: the fields of Postmark's outbound messages, with the time of sending.

import { type Static, Type } from 'typebox';
import { toWireDate } from '../../../edges/http-api/dates.ts';
import { refusals } from '../../../refusals.ts';
import type { RecipientField } from '../../messages/message.ts';
import type { EndStatus, ScheduledResult, WaitingMessage } from '../scheduled/scheduled-message.ts';

const mailboxes = Type.Optional(Type.Array(Type.Object({ Email: Type.String(), Name: Type.String() })));

export const scheduledMessageSchema = Type.Object({
  MessageID: Type.String({ description: 'Changes with SendAt; every id that it had finds the message.' }),
  Status: Type.String({ description: 'Scheduled, Sent, Canceled or Refused.' }),
  SendAt: Type.String(),
  SubmittedAt: Type.String({ description: 'When it was accepted.' }),
  EndedAt: Type.Optional(Type.String({ description: 'When it was sent, canceled or refused.' })),
  ErrorCode: Type.Optional(Type.Integer({ description: 'Of a refused one: why.' })),
  Message: Type.Optional(Type.String({ description: 'Of a refused one: why.' })),
  MessageStream: Type.String(),
  Tag: Type.Optional(Type.String()),
  From: Type.Optional(Type.String({ description: 'This and what follows: while it waits.' })),
  To: mailboxes,
  Cc: mailboxes,
  Bcc: mailboxes,
  Recipients: Type.Optional(Type.Array(Type.String())),
  Subject: Type.Optional(Type.String()),
  TrackOpens: Type.Optional(Type.Boolean()),
  TrackLinks: Type.Optional(Type.String()),
});

type Shown = Static<typeof scheduledMessageSchema>;

export function toWaitingMessage(message: WaitingMessage): Shown {
  const listOf = (field: RecipientField) =>
    message.recipients
      .filter(recipient => recipient.field === field)
      .map(({ mailbox }) => ({ Email: mailbox.address, Name: mailbox.name }));
  return {
    MessageID: message.messageId,
    Status: 'Scheduled',
    SendAt: toWireDate(message.dueAt),
    SubmittedAt: toWireDate(message.acceptedAt),
    MessageStream: message.streamId,
    ...(message.tag === null ? {} : { Tag: message.tag }),
    From: message.fromDisplay,
    To: listOf('To'),
    Cc: listOf('Cc'),
    Bcc: listOf('Bcc'),
    Recipients: message.recipients.map(({ mailbox }) => mailbox.address),
    Subject: message.subject,
    TrackOpens: message.trackOpens,
    TrackLinks: message.trackLinks,
  };
}

const statusNames: Readonly<Record<EndStatus, string>> = { sent: 'Sent', canceled: 'Canceled', refused: 'Refused' };

export function toEndedMessage(result: ScheduledResult): Shown {
  const refusal = result.refusal === null ? undefined : refusals[result.refusal];
  return {
    MessageID: result.messageId,
    Status: statusNames[result.status],
    SendAt: toWireDate(result.dueAt),
    SubmittedAt: toWireDate(result.acceptedAt),
    EndedAt: toWireDate(result.endedAt),
    ...(refusal ? { ErrorCode: refusal.code, Message: refusal.text } : {}),
    MessageStream: result.streamId,
  };
}
