// An inbound message as the Messages API shows it. The keys are in the order of Postmark's documentation; the official
// Python client wants every one of them.

import { formatDateHeader } from '@pennyblack/email/mime/date-header.ts';
import { type Static, Type } from 'typebox';
import { type AttachmentSummary, inboundStreamId, type StoredInbound } from '../inbound-message.ts';
import { wireMailbox, wireMailboxList } from '../inbound-payload.ts';

const mailboxSchema = Type.Object({ Email: Type.String(), Name: Type.String(), MailboxHash: Type.String() });

const attachmentSchema = Type.Object({
  Name: Type.String(),
  ContentID: Type.String(),
  ContentType: Type.String(),
  ContentLength: Type.Integer(),
});

export const inboundMessageSchema = Type.Object({
  From: Type.String(),
  FromName: Type.String(),
  FromFull: mailboxSchema,
  To: Type.String(),
  ToFull: Type.Array(mailboxSchema),
  CcFull: Type.Array(mailboxSchema),
  Cc: Type.String(),
  Bcc: Type.String(),
  BccFull: Type.Array(mailboxSchema),
  ReplyTo: Type.String(),
  OriginalRecipient: Type.String(),
  Subject: Type.String(),
  Date: Type.String({ description: 'As the sender wrote it; when that is no date, when it came.' }),
  MailboxHash: Type.String(),
  Tag: Type.String(),
  Attachments: Type.Array(attachmentSchema),
  MessageID: Type.String(),
  Status: Type.String({ description: 'Queued, Scheduled, Processed, Failed or Blocked.' }),
  MessageStream: Type.String(),
});

/** Some clients read it as a date, so a text that is none does not get to them. */
function readableDate(written: string, receivedAt: Date): string {
  return Number.isNaN(Date.parse(written)) ? formatDateHeader(receivedAt) : written;
}

function toWireAttachment({ name, contentId, contentType, contentLength }: AttachmentSummary) {
  return { Name: name, ContentID: contentId, ContentType: contentType, ContentLength: contentLength };
}

export function toWireInbound(message: StoredInbound): Static<typeof inboundMessageSchema> {
  return {
    From: message.from.address,
    FromName: message.from.name,
    FromFull: wireMailbox(message.from),
    To: wireMailboxList(message.to),
    ToFull: message.to.map(wireMailbox),
    CcFull: message.cc.map(wireMailbox),
    Cc: wireMailboxList(message.cc),
    Bcc: wireMailboxList(message.bcc),
    BccFull: message.bcc.map(wireMailbox),
    ReplyTo: message.replyTo,
    OriginalRecipient: message.recipient,
    Subject: message.subject,
    Date: readableDate(message.date, message.receivedAt),
    MailboxHash: message.mailboxHash,
    Tag: message.tag,
    Attachments: message.attachments.map(toWireAttachment),
    MessageID: message.messageId,
    Status: message.status,
    MessageStream: inboundStreamId,
  };
}
