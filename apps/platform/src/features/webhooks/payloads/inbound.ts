// The payload of an inbound message: the only one without RecordType and ServerID, which is how receivers tell it from the
// others. Source: Postmark's page "Inbound webhook"; the order of the keys is that of a body posted in 2025.

import { formatMailboxForDisplay } from '@pennyblack/email/address/format-mailbox.ts';
import { mailboxHashOf } from '@pennyblack/email/address/mailbox-hash.ts';
import type { MessageFacts } from './event-facts.ts';
import { type Details, recordIn, recordsIn, textIn } from './read-details.ts';

/** `name` is decoded, and empty when there is none. */
export type InboundMailbox = { name: string; address: string };

export type InboundAttachment = {
  name: string;
  contentType: string;
  /** Without line breaks. */
  base64: string;
  /** Without angle brackets; only of what the HTML body shows. */
  contentId?: string | undefined;
};

/** Exactly what the event of an inbound message is to hold as its `details`, once inbound mail is taken. */
export type InboundDetails = {
  /** The first mailbox of From. */
  from: InboundMailbox;
  to: readonly InboundMailbox[];
  cc: readonly InboundMailbox[];
  /** The recipient of the envelope, when neither To nor Cc names it. */
  bcc: readonly InboundMailbox[];
  subject: string;
  /** The Reply-To field as it stands; empty when there is none. */
  replyTo: string;
  /** The Date field as it stands, in the sender's zone. */
  date: string;
  text: string;
  html: string;
  /** The text without what it quotes; empty when the message is no reply. */
  strippedReply: string;
  /** The whole source; absent unless the server wants it. */
  rawEmail?: string | undefined;
  tag?: string | undefined;
  /** Those that are no key of the payload: ours first, then the message's own in their order. */
  headers: readonly { name: string; value: string }[];
  attachments: readonly InboundAttachment[];
};

export type WireMailbox = { Email: string; Name: string; MailboxHash: string };
export type WireAttachment = {
  Name: string;
  Content: string;
  ContentType: string;
  ContentLength: number;
  ContentID: string;
};

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

export function inboundPayload(facts: MessageFacts, mail: InboundDetails): InboundPayload {
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
    Tag: mail.tag ?? '',
    Headers: mail.headers.map(({ name, value }) => ({ Name: name, Value: value })),
    Attachments: mail.attachments.map(wireAttachment),
  };
}

function wireMailbox({ name, address }: InboundMailbox): WireMailbox {
  return { Email: address, Name: name, MailboxHash: mailboxHashOf(address) };
}

function wireMailboxList(mailboxes: readonly InboundMailbox[]): string {
  return mailboxes.map(formatMailboxForDisplay).join(', ');
}

function wireAttachment({ name, base64, contentType, contentId }: InboundAttachment): WireAttachment {
  const contentLength = Buffer.byteLength(base64, 'base64');
  return {
    Name: name,
    Content: base64,
    ContentType: contentType,
    ContentLength: contentLength,
    ContentID: contentId ?? '',
  };
}

export function readInbound(details: Details): InboundDetails {
  const text = (name: string) => textIn(details, name) ?? '';
  return {
    from: readMailbox(recordIn(details, 'from')),
    to: recordsIn(details, 'to').map(readMailbox),
    cc: recordsIn(details, 'cc').map(readMailbox),
    bcc: recordsIn(details, 'bcc').map(readMailbox),
    subject: text('subject'),
    replyTo: text('replyTo'),
    date: text('date'),
    text: text('text'),
    html: text('html'),
    strippedReply: text('strippedReply'),
    rawEmail: textIn(details, 'rawEmail'),
    tag: textIn(details, 'tag'),
    headers: recordsIn(details, 'headers').map(header => ({
      name: textIn(header, 'name') ?? '',
      value: textIn(header, 'value') ?? '',
    })),
    attachments: recordsIn(details, 'attachments').map(readAttachment),
  };
}

function readMailbox(mailbox: Details): InboundMailbox {
  return { name: textIn(mailbox, 'name') ?? '', address: textIn(mailbox, 'address') ?? '' };
}

function readAttachment(attachment: Details): InboundAttachment {
  return {
    name: textIn(attachment, 'name') ?? '',
    contentType: textIn(attachment, 'contentType') ?? '',
    base64: textIn(attachment, 'base64') ?? '',
    contentId: textIn(attachment, 'contentId'),
  };
}
