// An outbound message as the Messages API shows it. Source: Postmark's Messages API and recorded answers.

import { type Static, Type } from 'typebox';
import { toWireDate } from '../../../edges/http-api/dates.ts';
import type { FoundMessage, RecipientField } from '../message.ts';

const mailboxSchema = Type.Object({ Email: Type.String(), Name: Type.String() });

const itemFields = {
  Tag: Type.Optional(Type.String()),
  MessageID: Type.String(),
  MessageStream: Type.String(),
  To: Type.Array(mailboxSchema),
  Cc: Type.Array(mailboxSchema),
  Bcc: Type.Array(mailboxSchema),
  Recipients: Type.Array(Type.String()),
  ReceivedAt: Type.String(),
  From: Type.String(),
  Subject: Type.String(),
  Attachments: Type.Array(Type.String()),
  Status: Type.String({ description: 'Queued while a recipient is still to be delivered, then Sent.' }),
  TrackOpens: Type.Boolean(),
  TrackLinks: Type.String(),
  Metadata: Type.Record(Type.String(), Type.String()),
  Sandboxed: Type.Boolean(),
};

export const outboundMessageSchema = Type.Object(itemFields);

export const outboundDetailsSchema = Type.Object({
  TextBody: Type.Optional(Type.String()),
  HtmlBody: Type.Optional(Type.String()),
  Body: Type.String({ description: 'The raw source.' }),
  ...itemFields,
  MessageEvents: Type.Array(
    Type.Object({
      Recipient: Type.String(),
      Type: Type.String(),
      ReceivedAt: Type.String(),
      Details: Type.Record(Type.String(), Type.String()),
    }),
  ),
});

export function toOutboundMessage(message: FoundMessage): Static<typeof outboundMessageSchema> {
  const listOf = (field: RecipientField) =>
    message.recipients
      .filter(recipient => recipient.field === field)
      .map(recipient => ({ Email: recipient.address, Name: recipient.name }));
  return {
    ...(message.tag === null ? {} : { Tag: message.tag }),
    MessageID: message.messageId,
    MessageStream: message.streamId,
    To: listOf('To'),
    Cc: listOf('Cc'),
    Bcc: listOf('Bcc'),
    Recipients: message.recipients.map(recipient => recipient.address),
    ReceivedAt: toWireDate(message.receivedAt),
    From: message.fromDisplay,
    Subject: message.subject,
    Attachments: message.attachmentNames ?? [],
    Status: message.isQueued ? 'Queued' : 'Sent',
    TrackOpens: message.trackOpens,
    TrackLinks: message.trackLinks,
    Metadata: message.metadata ?? {},
    Sandboxed: message.isSandboxed,
  };
}
