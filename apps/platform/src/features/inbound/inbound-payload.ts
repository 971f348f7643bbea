// The payload of an inbound message: the only one without RecordType and ServerID, which is how receivers tell it from the
// others. Source: Postmark's page "Inbound webhook"; the order of the keys is that of a body posted in 2025.

import { formatMailboxForDisplay } from '@pennyblack/email/address/format-mailbox.ts';
import { mailboxHashOf } from '@pennyblack/email/address/mailbox-hash.ts';
import type { InboundAttachment, InboundMail, InboundMailbox } from '@pennyblack/email/inbound/inbound-mail.ts';

/** What we know of the message besides its source. */
export type PostedFacts = { messageId: string; streamId: string; recipient: string };

/** A mail as it is posted. */
export type PostedMail = InboundMail & {
  /** The recipient of the envelope, when neither To nor Cc names it. */
  bcc: readonly InboundMailbox[];
  /** The whole source; absent unless the server wants it. */
  rawEmail?: string | undefined;
};

export type WireMailbox = { Email: string; Name: string; MailboxHash: string };
export type WireAttachment = {
  Name: string;
  Content: string;
  ContentType: string;
  ContentLength: number;
  ContentID: string;
  /** Extension: where the content is, which is then left out. */
  ContentUrl?: string;
};

/** Where an attachment is, by its position and size; undefined: it is posted with its content. */
export type LinkOf = (position: number, bytes: number) => string | undefined;

export type InboundPayload = {
  FromName: string;
  MessageStream: string;
  From: string;
  FromFull: WireMailbox;
  To: string;
  ToFull: WireMailbox[];
  Cc: string;
  CcFull: WireMailbox[];
  Bcc: string;
  BccFull: WireMailbox[];
  OriginalRecipient: string;
  Subject: string;
  MessageID: string;
  ReplyTo: string;
  MailboxHash: string;
  Date: string;
  TextBody: string;
  HtmlBody: string;
  StrippedTextReply: string;
  RawEmail?: string;
  Tag: string;
  Headers: { Name: string; Value: string }[];
  Attachments: WireAttachment[];
};

export function inboundPayload(facts: PostedFacts, mail: PostedMail, linkOf: LinkOf = () => undefined): InboundPayload {
  return {
    FromName: mail.from.name,
    MessageStream: facts.streamId,
    From: mail.from.address,
    FromFull: wireMailbox(mail.from),
    To: wireMailboxList(mail.to),
    ToFull: mail.to.map(wireMailbox),
    Cc: wireMailboxList(mail.cc),
    CcFull: mail.cc.map(wireMailbox),
    Bcc: wireMailboxList(mail.bcc),
    BccFull: mail.bcc.map(wireMailbox),
    OriginalRecipient: facts.recipient,
    Subject: mail.subject,
    MessageID: facts.messageId,
    ReplyTo: mail.replyTo,
    MailboxHash: mailboxHashOf(facts.recipient),
    Date: mail.date,
    TextBody: mail.text,
    HtmlBody: mail.html,
    StrippedTextReply: mail.strippedReply,
    ...(mail.rawEmail === undefined ? {} : { RawEmail: mail.rawEmail }),
    Tag: mail.tag,
    Headers: mail.headers.map(({ name, value }) => ({ Name: name, Value: value })),
    Attachments: mail.attachments.map((attachment, position) =>
      wireAttachment(attachment, linkOf(position, attachment.content.length)),
    ),
  };
}

export function wireMailbox({ name, address }: InboundMailbox): WireMailbox {
  return { Email: address, Name: name, MailboxHash: mailboxHashOf(address) };
}

export function wireMailboxList(mailboxes: readonly InboundMailbox[]): string {
  return mailboxes.map(formatMailboxForDisplay).join(', ');
}

function wireAttachment(
  { name, content, contentType, contentId }: InboundAttachment,
  link: string | undefined,
): WireAttachment {
  return {
    Name: name,
    Content: link === undefined ? content.toString('base64') : '',
    ContentType: contentType,
    ContentLength: content.length,
    ContentID: contentId ?? '',
    ...(link !== undefined && { ContentUrl: link }),
  };
}
